import { Money } from '@vici/utils';
import { Stripe } from 'stripe';
import { describe, expect, it } from 'vitest';
import { parseStripeWebhook } from './stripe-webhook.js';

const SECRET = 'whsec_test';
const SETTINGS = { secrets: ['whsec_new', SECRET], toleranceSeconds: 300 };
const REFERENCE = '0190aaaa-0000-7000-8000-000000000001';

const intent = {
  id: 'pi_1',
  amount: 2_499,
  amount_received: 2_499,
  currency: 'usd',
  client_secret: 'pi_1_secret',
  status: 'succeeded',
  metadata: { vici_intent_id: REFERENCE },
};

function event(type: string, object: unknown): string {
  return JSON.stringify({ id: 'evt_1', type, request: { idempotency_key: 'k-1' }, data: { object } });
}

function sign(payload: string, secondsAgo = 0): string {
  const timestamp = Math.floor(Date.now() / 1_000) - secondsAgo;
  return Stripe.webhooks.generateTestHeaderString({ payload, secret: SECRET, timestamp });
}

const read = (body: string) => parseStripeWebhook(body, sign(body), SETTINGS);

describe('a webhook of Stripe', () => {
  it('tells how a payment stands, and which request caused it', () => {
    expect(read(event('payment_intent.succeeded', intent))).toEqual({
      id: 'evt_1',
      idempotencyKey: 'k-1',
      intent: {
        id: 'pi_1',
        reference: REFERENCE,
        clientSecret: 'pi_1_secret',
        status: 'succeeded',
        captured: Money.of(2_499n, 'USD'),
      },
    });
  });

  it('tells of an approval in the browser as money that is held', () => {
    const held = { ...intent, status: 'requires_capture', amount_received: 0 };
    expect(read(event('payment_intent.amount_capturable_updated', held))?.intent).toMatchObject({
      status: 'authorized',
      captured: Money.zero('USD'),
    });
  });

  it('tells of refunds: ours by their reference, those made by hand without', () => {
    const refund = { id: 're_1', amount: 500, currency: 'usd', status: 'succeeded', payment_intent: 'pi_1' };
    const amount = Money.of(500n, 'USD');
    const told = { id: 're_1', providerIntentId: 'pi_1', amount, status: 'succeeded' };
    const ours = { ...refund, metadata: { vici_refund_id: REFERENCE } };

    expect(read(event('refund.created', refund))?.refund).toEqual(told);
    expect(read(event('refund.updated', ours))?.refund).toEqual({ ...told, reference: REFERENCE });
    expect(read(event('refund.failed', { ...ours, status: 'failed' }))?.refund?.status).toBe('failed');
  });

  it.each([
    ['needs_response', 'open'],
    ['under_review', 'open'],
    ['won', 'won'],
    ['lost', 'lost'],
    ['warning_needs_response', undefined],
  ])('tells of a dispute that is %s as %s', (status, expected) => {
    const dispute = {
      id: 'dp_1',
      amount: 2_499,
      currency: 'usd',
      reason: 'fraudulent',
      status,
      payment_intent: 'pi_1',
    };
    expect(read(event('charge.dispute.updated', dispute))?.dispute?.status).toBe(expected);
  });

  it('about another system’s payment, or something else, is of no use', () => {
    expect(read(event('payment_intent.succeeded', { ...intent, metadata: {} }))).toBeUndefined();
    expect(read(event('customer.created', { id: 'cus_1' }))).toBeUndefined();
  });

  it('is refused when it was changed, signed by somebody else, or is too old', () => {
    const body = event('payment_intent.succeeded', intent);
    const refusal = expect.objectContaining({ code: 'INVALID_TOKEN' });

    expect(() => parseStripeWebhook(`${body} `, sign(body), SETTINGS)).toThrowError(refusal);
    expect(() => parseStripeWebhook(body, '', SETTINGS)).toThrowError(refusal);
    expect(() => parseStripeWebhook(body, sign(body), { ...SETTINGS, secrets: ['whsec_x'] })).toThrowError(
      refusal,
    );
    expect(() => parseStripeWebhook(body, sign(body, 301), SETTINGS)).toThrowError(refusal);
    expect(parseStripeWebhook(body, sign(body, 290), SETTINGS)?.id).toBe('evt_1');
  });

  it('that is signed but cannot be read says so', () => {
    const unreadable = expect.objectContaining({ code: 'VALIDATION_FAILED' });
    expect(() => read('{')).toThrowError(unreadable);
    expect(() => read(event('payment_intent.succeeded', { id: 1 }))).toThrowError(unreadable);
  });
});
