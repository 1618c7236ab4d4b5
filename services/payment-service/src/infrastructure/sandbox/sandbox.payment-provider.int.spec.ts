import { eventsMigrations } from '@vici/events';
import { useTestDatabase } from '@vici/testing';
import { Money, newId } from '@vici/utils';
import { describe, expect, it } from 'vitest';
import { describePaymentProvider } from '../payment-provider.contract.js';
import { encodeProviderEvent } from '../provider-event.codec.js';
import { SandboxBooks } from './sandbox.books.js';
import { SandboxDashboard } from './sandbox.dashboard.js';
import { SandboxPaymentProvider } from './sandbox.payment-provider.js';
import type { SandboxTables } from './sandbox.tables.js';
import { SandboxVault } from './sandbox.vault.js';
import { SandboxWebhookSignal } from './sandbox-webhook.signal.js';

const test = useTestDatabase<SandboxTables>([
  eventsMigrations,
  new URL('../../../migrations/', import.meta.url),
]);
const sandbox = () =>
  new SandboxPaymentProvider(
    new SandboxBooks(test.database),
    new SandboxVault(test.database),
    new SandboxWebhookSignal(),
  );
const dashboard = () => new SandboxDashboard(new SandboxBooks(test.database), new SandboxWebhookSignal());

describePaymentProvider('the sandbox', () => ({
  provider: sandbox(),
  goodMethod: 'pm_card_visa',
  declinedMethod: { method: 'pm_card_chargeDeclined', declineCode: 'card_declined' },
  authorize: (id) => dashboard().authorize(id),
  refundByHand: (id, amount) => dashboard().refund(id, amount),
  charges: async (id) => {
    const rows = await test.database.query
      .selectFrom('sandbox.charges')
      .select('id')
      .where('intent_id', '=', id)
      .execute();
    return rows.length;
  },
}));

describe('the sandbox', () => {
  it.each([
    ['pm_card_chargeDeclinedInsufficientFunds', 'insufficient_funds'],
    ['pm_card_authenticationRequired', 'authentication_required'],
    ['pm_card_chargeDeclinedProcessingError', 'processing_error'],
    ['pm_card_processingError', 'processing_error'],
    ['pm_card_nobody_knows', 'payment_method_unknown'],
  ])('declines %s with %s', async (paymentMethod, declineCode) => {
    const provider = sandbox();
    const { id } = await provider.createIntent({
      reference: newId(),
      amount: Money.of(1n, 'JPY'),
      idempotencyKey: newId(),
    });

    const answer = await provider.confirm({ providerIntentId: id, paymentMethod, idempotencyKey: newId() });

    expect(answer).toMatchObject({ status: 'declined', declineCode });
  });

  it('takes any word that is no name of its own for a good card', async () => {
    const provider = sandbox();
    const { id } = await provider.createIntent({
      reference: newId(),
      amount: Money.of(1n, 'USD'),
      idempotencyKey: newId(),
    });

    const answer = await provider.confirm({
      providerIntentId: id,
      paymentMethod: 'card',
      idempotencyKey: newId(),
    });

    expect(answer.status).toBe('succeeded');
  });

  it('reads a message it has signed as it was written', async () => {
    const provider = sandbox();
    const intent = await provider.createIntent({
      reference: newId(),
      amount: Money.of(2_499n, 'USD'),
      idempotencyKey: newId(),
    });
    const event = { id: 'evt_1', intent, idempotencyKey: 'key' };
    const body = encodeProviderEvent(event);

    expect(provider.parseWebhook(body, provider.sign(body))).toEqual(event);
  });

  describe('a charge of an intent it has opened itself', () => {
    const opened = async (provider: SandboxPaymentProvider) => {
      const request = { reference: newId(), amount: Money.of(2_499n, 'USD'), idempotencyKey: newId() };
      const { id: providerIntentId } = await provider.createIntent(request);
      return { providerIntentId, paymentMethod: 'pm_card_visa', idempotencyKey: newId() };
    };
    const written = async (id: string) => {
      const { rows } = await test.database.pool.query<{ charges: number; told: string[] }>(
        `select (select count(*)::int from sandbox.charges where intent_id = $1) as charges,
          array(select event -> 'intent' ->> 'status' from sandbox.webhooks
            where event -> 'intent' ->> 'id' = $1) as told`,
        [id],
      );
      return rows[0];
    };

    it('is made once when it is asked for several times at once', async () => {
      const provider = sandbox();
      const request = await opened(provider);

      const answers = await Promise.all(
        [request, request, request, { ...request, idempotencyKey: newId() }].map((each) =>
          provider.confirm(each),
        ),
      );

      expect(answers.map(({ status }) => status)).toEqual(Array(4).fill('succeeded'));
      expect(await written(request.providerIntentId)).toEqual({ charges: 1, told: ['succeeded'] });
    });

    it('is not made where another process has ended it meanwhile', async () => {
      const provider = sandbox();
      const request = await opened(provider);
      const { providerIntentId } = request;
      await sandbox().cancel({ providerIntentId, idempotencyKey: newId() });

      expect(await provider.confirm(request)).toMatchObject({ status: 'cancelled' });
      expect(await written(providerIntentId)).toEqual({ charges: 0, told: ['cancelled'] });
    });

    it('is not made with the key of another request', async () => {
      const provider = sandbox();
      const [first, second] = [await opened(provider), await opened(provider)];
      await provider.confirm(first);

      const reused = provider.confirm({ ...second, idempotencyKey: first.idempotencyKey });

      await expect(reused).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
      expect(await written(second.providerIntentId)).toEqual({ charges: 0, told: [] });
    });
  });
});
