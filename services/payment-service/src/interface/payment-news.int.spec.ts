import { PaymentServiceDefinition, PaymentStatus } from '@vici/proto-gen/payment';
import { asCaller, eventually, useService, walkByCursor } from '@vici/testing';
import { Money, newId } from '@vici/utils';
import { describe, expect, it } from 'vitest';
import { SandboxDashboard } from '../infrastructure/sandbox/sandbox.dashboard.js';
import { paymentService } from '../payment.service.js';
import { paymentsOf } from './payment.fixture.js';

const service = useService(paymentService, {
  PAYMENT_RECOVERY_INTERVAL_MS: '3600000',
  PAYMENT_RECONCILE_EVERY_MINUTES: '0',
});
const payments = paymentsOf(service);
const dashboard = () => service.get<SandboxDashboard>(SandboxDashboard);
const api = () => service.client(PaymentServiceDefinition);
const admin = { role: 'admin', userId: newId() } as const;

const eventsOf = (id: string) => service.events().filter(({ subject }) => subject === id);
const typesOf = (id: string) => eventsOf(id).map(({ type }) => type);

describe('a payment the shopper has approved in the browser', () => {
  it('is told of, and taken once when its order asks, whatever method the order names', async () => {
    const { id, orderId } = await payments.claimed();
    await dashboard().authorize(await payments.providerId(id));
    await eventually(() => expect(typesOf(id)).toEqual(['payment.authorized']));
    expect(await payments.get(id)).toMatchObject({ status: PaymentStatus.PENDING });
    expect(await payments.books(id)).toMatchObject({ charges: 0, held: 0n });

    await payments.capture(id, orderId, 'pm_card_chargeDeclined');
    await payments.capture(id, orderId, 'pm_card_visa', 2);

    expect(await payments.books(id)).toMatchObject({ charges: 1, captured: 2_499n, transactions: 1 });
    await eventually(() => expect(typesOf(id)).toEqual(['payment.authorized', 'payment.succeeded']));
  });

  it('is freed when its order is given up', async () => {
    const { id } = await payments.claimed();
    await dashboard().authorize(await payments.providerId(id));

    await payments.cancel(id);

    expect(await payments.get(id)).toMatchObject({ status: PaymentStatus.CANCELLED });
    expect(await payments.books(id)).toMatchObject({ charges: 0, held: 0n });
  });
});

describe('a refund made at the provider by hand', () => {
  it('comes into the books once, and leaves only the rest to be refunded', async () => {
    const { id } = await payments.captured();
    await dashboard().refund(await payments.providerId(id), Money.of(400n, 'USD'));

    await eventually(async () =>
      expect(await payments.books(id)).toMatchObject({
        refunded: 400n,
        providerRefunded: 400n,
        held: 2_099n,
      }),
    );
    await expect(payments.refund(id, 2_100n)).rejects.toMatchObject({
      code: 'LIMIT_EXCEEDED',
      details: { remainingMinor: 2_099 },
    });
    const refunds = () => eventsOf(id).filter(({ type }) => type === 'payment.refunded');
    await eventually(() => expect(refunds()).toMatchObject([{ data: { refunded: { amountMinor: 400 } } }]));
  });
});

describe('a refund no order tells of', () => {
  it('asks for a mail of its own', async () => {
    const { id } = await payments.captured();
    await asCaller({ role: 'system' }, () =>
      api().refund({ intentId: id, reason: 'nothing left', reference: newId(), tellShopper: true }),
    );

    await eventually(() =>
      expect(eventsOf(id).at(-1)).toMatchObject({
        type: 'payment.refunded',
        data: { tellShopper: true, reason: 'nothing left' },
      }),
    );
  });
});

describe('the payments of a shopper', () => {
  it('are walked by cursor, the newest first, whatever is paid meanwhile', async () => {
    const [first, second] = [await payments.claimed(), await payments.claimed()];

    const walked = await walkByCursor(
      async (page) => {
        const answer = await asCaller(admin, () => api().listPayments({ page }));
        return { items: answer.payments, page: answer.page };
      },
      () => payments.claimed(),
    );

    expect(walked.slice(0, 2).map(({ id }) => id)).toEqual([second.id, first.id]);
    expect(new Set(walked.map(({ id }) => id)).size).toBe(walked.length);
  });
});

describe('a dispute', () => {
  const heldIn = async (id: string, account: string) => {
    const { rows } = await payments.database().pool.query<{ held: bigint }>(
      `select coalesce(sum(debit_minor - credit_minor), 0)::bigint as held from ledger_entries
        where intent_id = $1 and account = $2`,
      [id, account],
    );
    return rows[0]?.held;
  };
  const detail = (id: string) => asCaller(admin, () => api().getPayment({ id }));

  it('is told of once, and its money is set apart until it is decided', async () => {
    const { id } = await payments.claimed().then(async (intent) => {
      await payments.capture(intent.id, intent.orderId, 'pm_card_createDispute');
      return intent;
    });
    await eventually(async () => expect(await heldIn(id, 'disputed_payments')).toBe(2_499n));
    await dashboard().dispute(await payments.providerId(id), 'fraudulent', 'open');

    expect((await detail(id)).disputes).toMatchObject([{ status: 'OPEN', reason: 'fraudulent' }]);
    const { payments: disputed } = await asCaller(admin, () => api().listPayments({ disputed: true }));
    expect(disputed.map((intent) => intent.id)).toContain(id);
    await eventually(() =>
      expect(eventsOf(id).filter(({ type }) => type === 'payment.disputed')).toMatchObject([
        { data: { reason: 'fraudulent', disputed: { amountMinor: 2_499 } } },
      ]),
    );
  });

  it.each([
    ['won', 2_499n, 0n],
    ['lost', 0n, 2_499n],
  ] as const)(
    'that is %s moves the money once, also when told in the wrong order',
    async (status, held, apart) => {
      const { id } = await payments.captured();
      const providerId = await payments.providerId(id);
      await dashboard().dispute(providerId, 'product_not_received', status);
      await dashboard().dispute(providerId, 'product_not_received', 'open');
      await dashboard().dispute(providerId, 'product_not_received', status);

      await eventually(async () => {
        expect((await detail(id)).disputes).toMatchObject([{ status: status.toUpperCase() }]);
        const { rows } = await payments
          .database()
          .pool.query('select 1 from sandbox.webhooks where delivered_at is null');
        expect(rows).toEqual([]);
      });
      expect(await heldIn(id, 'provider_balance')).toBe(held);
      expect(await heldIn(id, 'disputed_payments')).toBe(apart);
      // What the shop tells of the payment comes in its order: the refund stands behind all that the dispute told.
      await payments.refund(id, 1n);
      await eventually(() => expect(typesOf(id)).toContain('payment.refunded'));
      expect(typesOf(id).filter((type) => type === 'payment.disputed')).toHaveLength(1);
    },
  );
});

describe('saved ways to pay', () => {
  const as =
    (userId: string) =>
    <T>(work: () => Promise<T>) =>
      asCaller({ role: 'customer', userId }, work);

  it('belong to their shopper, pay also what was opened before, and can be forgotten', async () => {
    const { id, orderId, userId } = await payments.claimed();
    const mine = as(userId);
    const { id: method } = await mine(() => api().savePaymentMethod({ paymentMethod: 'pm_card_visa' }));
    expect(await mine(() => api().listPaymentMethods({}))).toMatchObject({
      methods: [{ id: method, kind: 'card', brand: 'visa', last4: '4242' }],
    });

    await payments.capture(id, orderId, method);
    expect(await payments.books(id)).toMatchObject({ charges: 1, captured: 2_499n });

    const other = await payments.claimed();
    await expect(payments.capture(other.id, other.orderId, method)).rejects.toMatchObject({
      code: 'PAYMENT_DECLINED',
    });
    await expect(as(other.userId)(() => api().removePaymentMethod({ id: method }))).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await mine(() => api().removePaymentMethod({ id: method }));
    expect(await mine(() => api().listPaymentMethods({}))).toEqual({ methods: [] });
  });

  it('are tokens, never numbers, and are refused where the provider refuses them', async () => {
    const mine = as(newId());

    await expect(
      mine(() => api().savePaymentMethod({ paymentMethod: '4242424242424242' })),
    ).rejects.toMatchObject({ code: 'VALIDATION_FAILED' });
    await expect(
      mine(() => api().savePaymentMethod({ paymentMethod: 'pm_card_chargeDeclined' })),
    ).rejects.toMatchObject({ code: 'PAYMENT_DECLINED' });
  });
});
