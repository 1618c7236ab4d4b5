import { PaymentServiceDefinition, PaymentStatus } from '@vici/proto-gen/payment';
import { asCaller, eventually, pauseAt, useService } from '@vici/testing';
import { newId } from '@vici/utils';
import { describe, expect, it } from 'vitest';
import { paymentService } from '../payment.service.js';
import { paymentsOf } from './payment.fixture.js';

const service = useService(paymentService, {
  SANDBOX_WEBHOOK_INTERVAL_MS: '20',
  PAYMENT_RECOVERY_INTERVAL_MS: '3600000',
});
const payments = paymentsOf(service);

const eventsOf = (id: string) => service.events().filter(({ subject }) => subject === id);

describe('opening a payment', () => {
  it('happens once a key, also when asked many times at once', async () => {
    const [userId, key] = [newId(), newId()];

    const intents = await Promise.all(Array.from({ length: 6 }, () => payments.open(userId, 2_499n, key)));

    expect(new Set(intents.map(({ id }) => id)).size).toBe(1);
    expect(new Set(intents.map(({ clientSecret }) => clientSecret)).size).toBe(1);
    expect(intents[0]).toMatchObject({
      userId,
      amount: { minor: 2_499n, currency: 'USD' },
      captured: { minor: 0n, currency: 'USD' },
      status: PaymentStatus.PENDING,
      provider: 'sandbox',
    });
    await expect(payments.open(userId, 2_500n, key)).rejects.toMatchObject({
      code: 'IDEMPOTENCY_KEY_REUSED',
    });
  });

  it('keeps the same key of two users apart', async () => {
    const key = newId();

    const [first, second] = [await payments.open(newId(), 1n, key), await payments.open(newId(), 1n, key)];

    expect(first.id).not.toBe(second.id);
  });

  it('of nothing is paid by nothing: no provider is asked, no ledger written, and it can be cancelled instead', async () => {
    const { id, orderId } = await payments.claimed(0n);
    expect(await payments.capture(id, orderId, 'pm_card_chargeDeclined')).toMatchObject({
      status: PaymentStatus.SUCCEEDED,
      captured: { minor: 0n, currency: 'USD' },
    });
    expect(await payments.books(id)).toEqual({
      charges: 0,
      providerRefunded: 0n,
      captured: 0n,
      refunded: 0n,
      transactions: 0,
      held: 0n,
    });
    await expect(payments.refund(id, undefined)).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
    await eventually(() => expect(eventsOf(id).map(({ type }) => type)).toEqual(['payment.succeeded']));

    const other = await payments.claimed(0n);
    expect(await payments.cancel(other.id)).toMatchObject({ status: PaymentStatus.CANCELLED });
    await expect(payments.capture(other.id, other.orderId)).rejects.toMatchObject({
      code: 'INVALID_TRANSITION',
    });
  });

  it('refuses an amount below nothing and an unknown currency', async () => {
    const open = (amount: { minor: bigint; currency: string }) =>
      asCaller({ role: 'system' }, () =>
        service.client(PaymentServiceDefinition).createIntent({ userId: newId(), amount }),
      );

    await expect(open({ minor: -1n, currency: 'USD' })).rejects.toMatchObject({ code: 'VALIDATION_FAILED' });
    await expect(open({ minor: 1n, currency: 'usd' })).rejects.toMatchObject({ code: 'VALIDATION_FAILED' });
  });
});

describe('who may do what', () => {
  it('shows an intent to its user, the system and admins, and to nobody else', async () => {
    const userId = newId();
    const { id } = await payments.open(userId);
    const look = (caller: Parameters<typeof asCaller>[0]) =>
      asCaller(caller, () => service.client(PaymentServiceDefinition).getIntent({ id }));

    expect(await look({ role: 'customer', userId })).toMatchObject({ id });
    expect(await look({ role: 'admin', userId: newId() })).toMatchObject({ id });
    await expect(look({ role: 'customer', userId: newId() })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(look({ role: 'anonymous' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('lets no shopper move money, not even their own', async () => {
    const { id, orderId, userId } = await payments.claimed();
    const api = service.client(PaymentServiceDefinition);
    const attempts: (() => Promise<unknown>)[] = [
      () => api.createIntent({ userId, amount: { minor: 1n, currency: 'USD' } }),
      () => api.claimIntent({ id, orderId, userId, amount: { minor: 2_499n, currency: 'USD' } }),
      () => api.captureIntent({ id, orderId, paymentMethod: 'card', attempt: 1 }),
      () => api.cancelIntent({ id, reason: 'test' }),
      () => api.refund({ intentId: id, reason: 'test', reference: newId() }),
    ];

    for (const attempt of attempts) {
      await expect(asCaller({ role: 'customer', userId }, attempt)).rejects.toMatchObject({
        code: 'FORBIDDEN',
      });
    }
    expect(await payments.books(id)).toMatchObject({ charges: 0, captured: 0n });
  });
});

describe('claiming', () => {
  it('ties an intent to one order, however often that order asks', async () => {
    const { id, orderId, userId } = await payments.claimed();

    expect(await payments.claim(id, orderId, userId)).toMatchObject({ orderId });
    await expect(payments.claim(id, newId(), userId)).rejects.toMatchObject({ code: 'PAYMENT_INTENT_USED' });
  });

  it('lets one of two orders win', async () => {
    const userId = newId();
    const { id } = await payments.open(userId);

    const results = await Promise.allSettled([
      payments.claim(id, newId(), userId),
      payments.claim(id, newId(), userId),
    ]);

    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('refuses another user, another amount and a second intent of the order', async () => {
    const { orderId, userId } = await payments.claimed();
    const { id } = await payments.open(userId);

    await expect(payments.claim(id, newId(), newId())).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(payments.claim(id, newId(), userId, 2_500n)).rejects.toMatchObject({
      code: 'AMOUNT_MISMATCH',
      details: { amountMinor: 2_499, currency: 'USD' },
    });
    await expect(payments.claim(id, orderId, userId)).rejects.toMatchObject({ code: 'CONFLICT' });
  });
});

describe('a payment that another process changes between two steps', () => {
  const elsewhere = (id: string, change: string, ...values: unknown[]) =>
    payments
      .database()
      .pool.query(`update payment_intents set ${change}, version = version + 1 where id = $1`, [
        id,
        ...values,
      ]);

  it('is claimed on what it is now, not on what was written last here', async () => {
    const [userId, other] = [newId(), newId()];
    const { id } = await payments.open(userId);
    await elsewhere(id, 'order_id = $2', other);

    await expect(payments.claim(id, newId(), userId)).rejects.toMatchObject({ code: 'PAYMENT_INTENT_USED' });
    expect(await payments.claim(id, other, userId)).toMatchObject({ orderId: other });
  });

  it('is not charged when it was cancelled there', async () => {
    const { id, orderId } = await payments.claimed();
    await elsewhere(id, `status = 'CANCELLED'`);

    await expect(payments.capture(id, orderId)).rejects.toMatchObject({ code: 'INVALID_TRANSITION' });
    expect(await payments.books(id)).toMatchObject({ charges: 0, transactions: 0 });
    expect(await payments.get(id)).toMatchObject({ status: PaymentStatus.CANCELLED });
  });

  it('is charged on a try that another process gave up meanwhile', async () => {
    const { id, orderId } = await payments.claimed();
    using pause = pauseAt('payment.before-provider');
    const capturing = payments.capture(id, orderId);
    await pause.reached;
    await elsewhere(id, `status = 'PENDING'`);
    pause.resume();

    expect(await capturing).toMatchObject({ status: PaymentStatus.SUCCEEDED });
    expect(await payments.books(id)).toMatchObject({ charges: 1, captured: 2_499n, transactions: 1 });
  });
});

describe('capturing', () => {
  it('charges once when asked many times at once, with one ledger transaction and one event', async () => {
    const { id, orderId, userId } = await payments.claimed();

    const intents = await Promise.all(Array.from({ length: 8 }, () => payments.capture(id, orderId)));
    await payments.capture(id, orderId, 'pm_card_chargeDeclined', 2);

    for (const intent of intents) expect(intent).toMatchObject({ status: PaymentStatus.SUCCEEDED });
    expect(await payments.books(id)).toEqual({
      charges: 1,
      providerRefunded: 0n,
      captured: 2_499n,
      refunded: 0n,
      transactions: 1,
      held: 2_499n,
    });
    await eventually(() => {
      expect(eventsOf(id)).toMatchObject([
        {
          type: 'payment.succeeded',
          data: { paymentIntentId: id, orderId, userId, amount: { amountMinor: 2_499, currency: 'USD' } },
        },
      ]);
    });
  });

  it('tells why it was declined, the same for the same try, and takes another card in the next', async () => {
    const { id, orderId } = await payments.claimed();
    const poor = () => payments.capture(id, orderId, 'pm_card_chargeDeclinedInsufficientFunds', 1);
    const refusal = { code: 'PAYMENT_DECLINED', details: { declineCode: 'insufficient_funds' } };

    await expect(poor()).rejects.toMatchObject(refusal);
    await expect(poor()).rejects.toMatchObject(refusal);
    expect(await payments.get(id)).toMatchObject({
      status: PaymentStatus.FAILED,
      declineCode: 'insufficient_funds',
    });
    expect(await payments.books(id)).toMatchObject({ charges: 0, transactions: 0 });

    const paid = await payments.capture(id, orderId, 'pm_card_visa', 2);

    expect(paid).toMatchObject({ status: PaymentStatus.SUCCEEDED, captured: { minor: 2_499n } });
    expect(paid.declineCode).toBeUndefined();
    await eventually(() => {
      expect(eventsOf(id).map(({ type }) => type)).toEqual(['payment.failed', 'payment.succeeded']);
    });
  });

  it('refuses an intent no order has claimed, another order, and a card number', async () => {
    const { id } = await payments.open(newId());
    const mine = await payments.claimed();

    await expect(payments.capture(id, newId())).rejects.toMatchObject({ code: 'INVALID_TRANSITION' });
    await expect(payments.capture(mine.id, newId())).rejects.toMatchObject({ code: 'PAYMENT_INTENT_USED' });
    const refusal = await payments
      .capture(mine.id, mine.orderId, '4242-4242-4242-4242')
      .catch((error) => error);
    expect(refusal).toMatchObject({
      code: 'VALIDATION_FAILED',
      details: { fields: [{ field: 'paymentMethod' }] },
    });
    expect(JSON.stringify(refusal) + String(refusal)).not.toContain('4242');
    expect(await payments.books(mine.id)).toMatchObject({ charges: 0 });
  });

  it.each([
    ['pm_card_duplicateWebhook', 2],
    ['pm_card_visa', 1],
  ])('counts the webhooks of %s once', async (method, copies) => {
    const { id, orderId } = await payments.claimed();

    await payments.capture(id, orderId, method);

    await eventually(async () => {
      const { rows } = await payments.database().pool.query<{ delivered: number }>(
        `select count(delivered_at)::int as delivered from sandbox.webhooks
          where event -> 'intent' ->> 'reference' = $1`,
        [id],
      );
      expect(rows).toEqual([{ delivered: copies }]);
      expect(eventsOf(id).map(({ type }) => type)).toEqual(['payment.succeeded']);
    });
    expect(await payments.books(id)).toMatchObject({ charges: 1, captured: 2_499n, transactions: 1 });
  });
});

describe('cancelling', () => {
  it('ends an intent here and at the provider, once', async () => {
    const { id, orderId } = await payments.claimed();

    await Promise.all([payments.cancel(id), payments.cancel(id)]);

    expect(await payments.get(id)).toMatchObject({ status: PaymentStatus.CANCELLED });
    await expect(payments.capture(id, orderId)).rejects.toMatchObject({ code: 'INVALID_TRANSITION' });
    await eventually(() => expect(eventsOf(id).map(({ type }) => type)).toEqual(['payment.cancelled']));
    expect(await payments.books(id)).toMatchObject({ charges: 0, transactions: 0 });
  });

  it('refuses a captured intent', async () => {
    const { id } = await payments.captured();

    await expect(payments.cancel(id)).rejects.toMatchObject({ code: 'INVALID_TRANSITION' });
    expect(await payments.get(id)).toMatchObject({ status: PaymentStatus.SUCCEEDED });
  });

  it('or capturing wins, never both', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { id, orderId } = await payments.claimed();

      const [capture, cancel] = await Promise.allSettled([
        payments.capture(id, orderId),
        payments.cancel(id),
      ]);

      const paid = capture.status === 'fulfilled';
      expect(cancel.status).toBe(paid ? 'rejected' : 'fulfilled');
      expect(await payments.books(id)).toMatchObject({
        charges: paid ? 1 : 0,
        transactions: paid ? 1 : 0,
        held: paid ? 2_499n : 0n,
      });
    }
  });
});
