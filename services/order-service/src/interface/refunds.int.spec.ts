import { OrderStatus, RefundStatus } from '@vici/proto-gen/order';
import { eventually, pauseAt } from '@vici/testing';
import { newId, runInContext } from '@vici/utils';
import { describe, expect, it } from 'vitest';
import { SKU_LAMP, TOTAL, useCheckoutWorld } from './fixtures/checkout-world.fixture.js';

const world = useCheckoutWorld({ CHECKOUT_LEASE_MS: '2000' });
const usd = (minor: bigint) => ({ minor, currency: 'USD' });
const PATIENT = { timeoutMs: 20_000 };

async function bought() {
  const shopper = world.shopper();
  const intent = await world.openIntent(shopper);
  const { orderId: id } = await world.confirm(shopper, intent);
  const order = await world.as(shopper, () => world.orders().getOrder({ id }));
  const [lamps = '', mug = ''] = order.items.map((item) => item.id);
  return { shopper, intent, id, lamps, mug };
}

const asAdmin = <T>(call: () => Promise<T>, idempotencyKey?: string): Promise<T> =>
  runInContext(
    {
      requestId: newId(),
      caller: { role: 'admin', userId: newId() },
      ...(idempotencyKey !== undefined && { idempotencyKey }),
    },
    call,
  );
type RefundMessage = Parameters<ReturnType<typeof world.orders>['refundOrder']>[0];
type Restock = { orderItemId: string; quantity: number }[];
const refund = (
  id: string,
  minor?: bigint,
  { key, restock = [] }: { key?: string; restock?: Restock } = {},
) =>
  asAdmin(
    () =>
      world
        .orders()
        .refundOrder(
          { id, reason: 'scratched', restock, ...(minor !== undefined && { amount: usd(minor) }) },
          { timeoutMs: 15_000 },
        ),
    key,
  );
const refundsOf = async (id: string) =>
  (await asAdmin(() => world.orders().listRefunds({ orderId: id }))).refunds.map(({ status, amount }) => [
    status,
    amount?.minor,
  ]);

describe('a refund', () => {
  it('of a part leaves the order as it is; the rest makes it REFUNDED; each is told, credited and audited', async () => {
    const { shopper, intent, id } = await bought();
    expect(await refund(id, 1_000n)).toMatchObject({ status: OrderStatus.CONFIRMED, refunded: usd(1_000n) });
    expect(await refund(id)).toMatchObject({ status: OrderStatus.REFUNDED, refunded: usd(TOTAL) });
    expect(world.payments.refundsOf(intent)).toEqual([1_000n, TOTAL - 1_000n]);
    await eventually(() =>
      expect(world.eventTypes(id)).toEqual([
        'order.created',
        'order.confirmed',
        'order.refunded',
        'order.refunded',
      ]),
    );
    const { entries } = await world.as(shopper, () => world.orders().getOrderHistory({ id }));
    expect(entries.slice(-2).map(({ note, updatedBy }) => [note, updatedBy])).toEqual([
      ['Refunded 10.00 USD: scratched', 'admin'],
      ['Refunded 47.26 USD: scratched', 'admin'],
    ]);
    const { invoices } = await world.as(shopper, () => world.orders().listInvoices({ orderId: id }));
    expect(invoices.map(({ number, total }) => [number.slice(0, 3), total?.minor])).toEqual([
      ['INV', TOTAL],
      ['CN-', 1_000n],
      ['CN-', TOTAL - 1_000n],
    ]);
    await eventually(() =>
      expect(world.auditOf(id).map(([action]) => action)).toEqual(['order.refund', 'order.refund']),
    );
    await expect(refund(id, 1n)).rejects.toMatchObject({ code: 'INVALID_TRANSITION' });
  });

  it('is made once per idempotency key, and another amount under the key is refused', async () => {
    const { intent, id } = await bought();
    const key = newId();
    await Promise.all(
      [refund(id, 500n, { key }), refund(id, 500n, { key })].map((call) => call.catch(() => 0)),
    );
    await refund(id, 500n, { key });
    expect(world.payments.refundsOf(intent)).toEqual([500n]);
    await expect(refund(id, 600n, { key })).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
  });

  it('never gives back more than was paid, however many are asked for at once', async () => {
    const { intent, id } = await bought();
    using first = pauseAt('order.refund.before-money');
    const slow = refund(id, 3_000n);
    await first.reached;
    await expect(refund(id, 3_000n)).rejects.toMatchObject({
      code: 'LIMIT_EXCEEDED',
      details: { left: 27.26, currency: 'USD' },
    });
    const all = await Promise.allSettled([refund(id, 2_000n), refund(id, 2_000n)]);
    expect(all.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    first.resume();
    await slow;
    expect(world.payments.refundsOf(intent)).toEqual([2_000n, 3_000n]);
  });

  it('puts named units back on the shelf, never more than were bought, and a later cancellation only the others', async () => {
    const { intent, id, lamps, mug } = await bought();
    const tooMany = refund(id, 100n, { restock: [{ orderItemId: lamps, quantity: 3 }] });
    await expect(tooMany).rejects.toMatchObject({
      code: 'LIMIT_EXCEEDED',
      details: { lines: [{ orderItemId: lamps, requested: 3, left: 2 }] },
    });
    await refund(id, 2_159n, { restock: [{ orderItemId: lamps, quantity: 1 }] });
    expect(world.inventory.available.get(SKU_LAMP)).toBe(99);
    const again = refund(id, 100n, { restock: [{ orderItemId: lamps, quantity: 2 }] });
    await expect(again).rejects.toMatchObject({ details: { lines: [{ requested: 2, left: 1 }] } });
    const cancelled = await asAdmin(() => world.orders().cancelOrder({ id }, { timeoutMs: 15_000 }));
    expect(cancelled).toMatchObject({ status: OrderStatus.CANCELLED, refunded: usd(TOTAL) });
    expect(world.inventory.available.get(SKU_LAMP)).toBe(100);
    expect(world.payments.refundsOf(intent)).toEqual([2_159n, TOTAL - 2_159n]);
    expect(await refundsOf(id)).toEqual([
      [RefundStatus.SUCCEEDED, TOTAL - 2_159n],
      [RefundStatus.SUCCEEDED, 2_159n],
    ]);
    expect(mug).not.toBe('');
  });

  it('and a cancellation exclude each other', async () => {
    const { intent, id } = await bought();
    using paying = pauseAt('order.refund.after-money');
    const part = refund(id, 700n);
    await paying.reached;
    await expect(asAdmin(() => world.orders().cancelOrder({ id }))).rejects.toMatchObject({
      code: 'REQUEST_IN_PROGRESS',
    });
    paying.resume();
    await part;
    using undoing = pauseAt('order.saga.before-undo-commit-stock');
    const cancelling = asAdmin(() => world.orders().cancelOrder({ id }, { timeoutMs: 15_000 }));
    await undoing.reached;
    await expect(refund(id, 700n)).rejects.toMatchObject({ code: 'REQUEST_IN_PROGRESS' });
    undoing.resume();
    await cancelling;
    expect(world.payments.refundsOf(intent)).toEqual([700n, TOTAL - 700n]);
  });

  it('of a shopper or of support is refused, and so is one of nothing, in another currency, or without a reason', async () => {
    const { shopper, id } = await bought();
    const request = { id, reason: 'because' };
    await expect(world.as(shopper, () => world.orders().refundOrder(request))).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    const bad: [RefundMessage, string][] = [
      [{ ...request, amount: usd(0n) }, 'amount'],
      [{ ...request, amount: { minor: 5n, currency: 'EUR' } }, 'amount'],
      [{ ...request, reason: ' ' }, 'reason'],
      [{ ...request, restock: [{ orderItemId: newId(), quantity: 1 }] }, 'restock'],
      [{ ...request, restock: [{ orderItemId: newId(), quantity: 0 }] }, 'restock.quantity'],
    ];
    for (const [message, field] of bad) {
      await expect(asAdmin(() => world.orders().refundOrder(message))).rejects.toMatchObject({
        code: 'VALIDATION_FAILED',
        details: { fields: [{ field }] },
      });
    }
  });

  it.each(['order.refund.before-money', 'order.refund.after-money', 'order.refund.before-complete'])(
    'that breaks off at %s is made by the worker, once',
    async (point) => {
      const { intent, id } = await bought();
      world.dieAt(point);
      await expect(refund(id, 900n)).rejects.toMatchObject({ code: 'REQUEST_IN_PROGRESS' });
      await eventually(
        async () => expect(await refundsOf(id)).toEqual([[RefundStatus.SUCCEEDED, 900n]]),
        PATIENT,
      );
      expect(world.payments.refundsOf(intent)).toEqual([900n]);
    },
  );

  it('that the payment service refuses for good is given up, and its money can be asked for again', async () => {
    const { id } = await bought();
    world.payments.faults.fail('refund', 'before', 'LIMIT_EXCEEDED');
    await expect(refund(id, 900n)).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
    expect(await refundsOf(id)).toEqual([[RefundStatus.FAILED, 900n]]);
    expect(await refund(id)).toMatchObject({ status: OrderStatus.REFUNDED });
  });
});
