import { Money, newId } from '@vici/utils';
import { describe, expect, it } from 'vitest';
import { describePaymentProvider } from '../payment-provider.contract.js';
import { useStripe } from './fixtures/stripe-server.fixture.js';
import { StripePaymentProvider } from './stripe.payment-provider.js';

const stripe = useStripe();
const provider = () =>
  new StripePaymentProvider(stripe.client, { secrets: ['whsec_test'], toleranceSeconds: 300 });

describePaymentProvider('Stripe', () => ({
  provider: provider(),
  goodMethod: 'pm_card_visa',
  declinedMethod: { method: 'pm_card_chargeDeclined', declineCode: 'card_declined' },
  charges: async (id) => stripe.account.charges(id),
  authorize: async (id) => stripe.account.authorize(id),
  refundByHand: async (id, amount) => stripe.account.refundByHand(id, Number(amount.minor)),
}));

describe('Stripe', () => {
  const opened = async (amount = Money.of(2_499n, 'USD')) =>
    await provider().createIntent({ reference: newId(), amount, idempotencyKey: newId() });

  it.each([
    ['pm_card_chargeDeclinedInsufficientFunds', 'insufficient_funds'],
    ['pm_card_chargeDeclinedProcessingError', 'processing_error'],
    ['pm_card_authenticationRequired', 'authentication_required'],
    ['pm_nobody_knows', 'resource_missing'],
  ])('declines %s with %s', async (paymentMethod, declineCode) => {
    const { id } = await opened();

    const answer = await provider().confirm({ providerIntentId: id, paymentMethod, idempotencyKey: newId() });

    expect(answer).toMatchObject({ status: 'declined', declineCode });
  });

  it.each([
    ['JPY', 1_000n],
    ['ISK', 1_000n],
    ['KWD', 1_230n],
  ])('takes %s in its own minor units', async (currency, minor) => {
    const { id } = await opened(Money.of(minor, currency));

    const answer = await provider().confirm({
      providerIntentId: id,
      paymentMethod: 'pm_card_visa',
      idempotencyKey: newId(),
    });

    expect(answer.captured).toEqual(Money.of(minor, currency));
  });

  it('that does not answer leaves the outcome open', async () => {
    const { Stripe } = await import('stripe');
    const nobody = new Stripe('sk_test_vici', {
      host: '127.0.0.1',
      port: 9,
      protocol: 'http',
      maxNetworkRetries: 0,
    });
    const silent = new StripePaymentProvider(nobody, { secrets: ['whsec_test'], toleranceSeconds: 300 });

    await expect(silent.getIntent('pi_1')).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  });
});
