import { PaymentStatus } from '@vici/proto-gen/payment';
import { useTestRedis } from '@vici/testing';
import { DomainError, newId } from '@vici/utils';
import { describe, expect, it } from 'vitest';
import { useGateway } from '../fixtures/gateway.fixture.js';
import { signIn } from '../fixtures/tokens.fixture.js';

const gateway = useGateway();
const redis = useTestRedis();
const tokenOf = async (role = 'customer') => (await signIn(redis.client, { role })).token;
const CARD = '4242 4242 4242 4242';
const usd = (minor: bigint) => ({ minor, currency: 'USD' });

describe('a card number', () => {
  const purchase = { shippingAddressId: newId(), paymentMethod: 'pm_card_visa' };

  it.each([
    ['/checkout/confirm', { ...purchase, paymentIntentId: newId(), paymentMethod: CARD }, 'paymentMethod'],
    ['/checkout/confirm', { ...purchase, paymentIntentId: newId(), card: { number: CARD } }, 'card.number'],
    ['/checkout/calculate', { shippingAddressId: newId(), note: [`pay with ${CARD}`] }, 'note.0'],
    ['/checkout/payment-intent', { amount: 1, currency: 'USD', pan: 4242424242424242 }, 'pan'],
    ['/orders', { ...purchase, [CARD]: true }, '*'],
    ['/payment-methods', { paymentMethod: 'pm_4242424242424242' }, 'paymentMethod'],
  ])('in any field of %s is refused, named by the field and not repeated', async (path, body, field) => {
    const answer = await gateway.call('POST', path, { token: await tokenOf(), body });

    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({
      error: 'VALIDATION_FAILED',
      details: { fields: [{ field, message: expect.stringContaining('card number') }] },
    });
    expect(answer.text.replaceAll(' ', '')).not.toContain('42424242');
  });
});

describe('a webhook of Stripe', () => {
  const body = '{ "id": "evt_1",\n  "amount": 10.0 }';
  const headers = { 'content-type': 'application/json; charset=utf-8', 'stripe-signature': 't=1,v1=ab' };

  it('is handed on byte for byte, with its signature', async () => {
    const received: unknown[] = [];
    gateway.upstreams.payment.receiveWebhook = async ({ provider, body: bytes, signature }) => {
      received.push({ provider, body: Buffer.from(bytes).toString('utf8'), signature });
      return {};
    };

    const answer = await gateway.call('POST', '/webhooks/stripe', { rawBody: body, headers });

    expect(answer).toMatchObject({ status: 200, body: { success: true, data: { received: true } } });
    expect(received).toEqual([{ provider: 'stripe', body, signature: 't=1,v1=ab' }]);
  });

  it.each([
    ['INVALID_TOKEN', 401],
    ['VALIDATION_FAILED', 400],
    ['SERVICE_UNAVAILABLE', 503],
  ] as const)('that fails with %s is answered %i, so that it is sent again', async (code, status) => {
    gateway.upstreams.payment.receiveWebhook = async () => {
      throw new DomainError(code, 'No.');
    };

    const answer = await gateway.call('POST', '/webhooks/stripe', { rawBody: body, headers });

    expect(answer.status).toBe(status);
  });

  it('needs a body of JSON', async () => {
    const answer = await gateway.call('POST', '/webhooks/stripe', {
      rawBody: 'hello',
      headers: { 'content-type': 'text/plain' },
    });

    expect(answer.status).toBe(415);
  });
});

describe('payments in the administration', () => {
  const intent = {
    id: newId(),
    clientSecret: 'not for administrators',
    amount: usd(2_499n),
    status: PaymentStatus.SUCCEEDED,
    userId: newId(),
    captured: usd(2_499n),
    refunded: usd(500n),
    provider: 'sandbox',
    createdAt: new Date('2026-01-02T03:04:05Z'),
  };
  const shown = {
    id: intent.id,
    userId: intent.userId,
    provider: 'sandbox',
    status: 'SUCCEEDED',
    amount: 24.99,
    captured: 24.99,
    refunded: 5,
    currency: 'USD',
    createdAt: '2026-01-02T03:04:05.000Z',
  };

  it('are listed by status, user and order, without what only the shopper may know', async () => {
    const orderId = newId();
    gateway.upstreams.payment.listPayments = async (request) => {
      expect(request).toMatchObject({ status: PaymentStatus.SUCCEEDED, orderId, disputed: true });
      return { payments: [intent], page: { page: 1, limit: 20, total: 1n } };
    };

    const path = `/admin/payments?status=SUCCEEDED&orderId=${orderId}&disputed=true`;
    const answer = await gateway.call('GET', path, { token: await tokenOf('support') });

    expect(answer.body).toMatchObject({ data: { data: [shown], pagination: { total: 1 } } });
    expect(answer.text).not.toContain('not for administrators');
  });

  it('are shown with refunds, disputes and ledger', async () => {
    const { createdAt } = intent;
    gateway.upstreams.payment.getPayment = async () => ({
      intent,
      refunds: [{ id: newId(), amount: usd(500n), reason: 'returned', status: 'SUCCEEDED', createdAt }],
      disputes: [{ id: 'dp_1', amount: usd(2_499n), reason: 'fraudulent', status: 'OPEN', createdAt }],
      entries: [
        {
          transactionId: newId(),
          account: 'provider_balance',
          debit: usd(2_499n),
          credit: usd(0n),
          createdAt,
        },
      ],
    });

    const answer = await gateway.call('GET', `/admin/payments/${intent.id}`, {
      token: await tokenOf('admin'),
    });

    expect(answer.body).toMatchObject({
      data: {
        ...shown,
        refunds: [{ amount: 5, status: 'SUCCEEDED' }],
        disputes: [{ id: 'dp_1', amount: 24.99, status: 'OPEN' }],
        ledger: [{ account: 'provider_balance', debit: 24.99, credit: 0 }],
      },
    });
  });

  it('are reconciled on request by who may write', async () => {
    const at = new Date('2026-01-02T00:00:00Z');
    gateway.upstreams.payment.reconcile = async ({ from, dryRun }) => ({
      id: newId(),
      from,
      to: at,
      startedAt: at,
      finishedAt: at,
      checked: 7,
      dryRun,
      differences: [
        {
          kind: 'paid_without_order',
          intentId: intent.id,
          ours: usd(2_499n),
          healed: true,
          note: 'refunded',
        },
      ],
    });
    const run = async (role: 'admin' | 'support') =>
      await gateway.call('POST', '/admin/payment-reconciliations', {
        token: await tokenOf(role),
        body: { from: '2026-01-01T00:00:00Z', dryRun: true },
      });

    expect((await run('support')).status).toBe(403);
    expect((await run('admin')).body).toMatchObject({
      data: {
        from: '2026-01-01T00:00:00.000Z',
        dryRun: true,
        checked: 7,
        differences: [
          { kind: 'paid_without_order', paymentId: intent.id, ours: 24.99, currency: 'USD', healed: true },
        ],
      },
    });
  });
});

describe('saved ways to pay', () => {
  it('are saved as tokens, listed and removed', async () => {
    const method = {
      id: 'pm_1',
      kind: 'card',
      brand: 'visa',
      last4: '4242',
      expiryMonth: 8,
      expiryYear: 2030,
    };
    gateway.upstreams.payment.savePaymentMethod = async () => method;
    gateway.upstreams.payment.listPaymentMethods = async () => ({ methods: [method] });
    gateway.upstreams.payment.removePaymentMethod = async () => ({});
    const token = await tokenOf();

    const saved = await gateway.call('POST', '/payment-methods', {
      token,
      body: { paymentMethod: 'pm_card_visa' },
    });
    const listed = await gateway.call('GET', '/payment-methods', { token });
    const removed = await gateway.call('DELETE', '/payment-methods/pm_1', { token });

    expect(saved).toMatchObject({ status: 201, body: { data: method } });
    expect(listed.body).toMatchObject({ data: [method] });
    expect(removed).toMatchObject({ status: 200, body: { data: null } });
  });
});
