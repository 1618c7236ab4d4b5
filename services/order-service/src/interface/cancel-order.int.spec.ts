import { ReservationStatus } from '@vici/proto-gen/inventory';
import { OrderStatus } from '@vici/proto-gen/order';
import { asCaller, eventually, pauseAt } from '@vici/testing';
import { newId } from '@vici/utils';
import { describe, expect, it } from 'vitest';
import { CheckoutSagaRepository } from '../application/ports/checkout-saga.repository.js';
import {
  expectOutOfTime,
  type Shopper,
  SKU_LAMP,
  TOTAL,
  useCheckoutWorld,
} from './fixtures/checkout-world.fixture.js';

const world = useCheckoutWorld({ CHECKOUT_LEASE_MS: '2000' });

const cancel = (shopper: Shopper, id: string) =>
  world.as(shopper, () =>
    world.orders().cancelOrder({ id, reason: 'changed my mind' }, { timeoutMs: 15_000 }),
  );

async function bought(shopper: Shopper): Promise<{ intent: string; id: string }> {
  const intent = await world.openIntent(shopper);
  return { intent, id: (await world.confirm(shopper, intent)).orderId };
}

describe('cancelling', () => {
  it('a confirmed order gives the money and the units back, once, and says so', async () => {
    const shopper = world.shopper();
    const { intent, id } = await bought(shopper);
    const [first, second] = await Promise.all([cancel(shopper, id), cancel(shopper, id)]);
    const third = await cancel(shopper, id);
    expect([first, second, third].map(({ status }) => status)).toEqual(Array(3).fill(OrderStatus.CANCELLED));
    expect(world.payments.refundsOf(intent)).toEqual([TOTAL]);
    expect(world.inventory.available.get(SKU_LAMP)).toBe(100);
    const { entries } = await world.as(shopper, () => world.orders().getOrderHistory({ id }));
    expect(entries.at(-1)).toMatchObject({
      status: OrderStatus.CANCELLED,
      note: 'changed my mind (payment refunded)',
      updatedBy: 'customer',
    });
    await eventually(() =>
      expect(world.eventTypes(id)).toEqual(['order.created', 'order.confirmed', 'order.cancelled']),
    );
  });

  it('an order whose payment failed ends its intent, and a later confirm is refused', async () => {
    const shopper = world.shopper();
    const intent = await world.openIntent(shopper);
    const declined: { details?: { orderId?: string } } = await world
      .confirm(shopper, intent, 'pm_declined')
      .then(
        () => ({}),
        (error) => error,
      );
    const id = declined.details?.orderId ?? '';
    expect((await cancel(shopper, id)).status).toBe(OrderStatus.CANCELLED);
    expect(world.payments.refundsOf(intent)).toEqual([]);
    await expect(world.confirm(shopper, intent)).rejects.toMatchObject({
      code: 'PAYMENT_INTENT_USED',
      details: { orderId: id },
    });
    expect(world.payments.chargesOf(intent)).toEqual([]);
    const next = await world.openIntent(shopper);
    expect(next).not.toBe(intent);
    expect((await world.confirm(shopper, next)).orderId).not.toBe(id);
  });

  it.each([
    ['order.saga.before-capture-payment', { code: 'PAYMENT_INTENT_USED' }],
    ['order.saga.after-capture-payment', { code: 'PAYMENT_INTENT_USED' }],
    ['order.saga.before-confirm-order', { code: 'PAYMENT_INTENT_USED' }],
    // Confirmed before the wish was met: both were true, one after the other.
    ['order.saga.after-confirm-order', { status: 'success' }],
  ])('while the checkout is at %s leaves neither a charge nor a reservation', async (point, told) => {
    const shopper = world.shopper();
    const intent = await world.openIntent(shopper);
    using pause = pauseAt(point);
    const confirming = world.confirm(shopper, intent).catch((error: unknown) => error);
    await pause.reached;
    const { orders } = await world.as(shopper, () => world.orders().listOrders({}));
    const id = orders[0]?.id ?? '';
    const cancelling = cancel(shopper, id);
    await eventually(async () => {
      const saga = await world.service.get(CheckoutSagaRepository).findByIntent(intent);
      expect(saga?.cancelRequest).toEqual({ reason: 'changed my mind', by: 'customer' });
    });
    pause.resume();
    expect((await cancelling).status).toBe(OrderStatus.CANCELLED);
    expect(await confirming).toMatchObject(told);
    const charged = world.payments.chargesOf(intent).map(({ minor }) => minor);
    expect(world.payments.refundsOf(intent)).toEqual(charged);
    expect(world.inventory.available.get(SKU_LAMP)).toBe(100);
    expect(world.inventory.statusOf(id)).toBe(ReservationStatus.RELEASED);
    const confirmed = 'status' in told ? ['order.confirmed'] : [];
    await eventually(() =>
      expect(world.eventTypes(id)).toEqual(['order.created', ...confirmed, 'order.cancelled']),
    );
  });

  it.each([
    'order.saga.after-capture-payment',
    'order.saga.before-commit-stock',
    'order.saga.after-commit-stock',
    'order.saga.before-confirm-order',
  ])('after the process died at %s gives back what was done and not stored', async (point) => {
    const shopper = world.shopper();
    const intent = await world.openIntent(shopper);
    const died = world.dieAt(point);
    const confirming = world.confirm(shopper, intent).catch((error: unknown) => error);
    await died;
    const { orders } = await world.as(shopper, () => world.orders().listOrders({}));
    const id = orders[0]?.id ?? '';
    expect((await cancel(shopper, id)).status).toBe(OrderStatus.CANCELLED);
    await confirming;
    expect(world.payments.refundsOf(intent)).toEqual([TOTAL]);
    expect(world.inventory.available.get(SKU_LAMP)).toBe(100);
    expect(world.inventory.statusOf(id)).toBe(ReservationStatus.RELEASED);
  });

  it('goes on by itself when the payment service is down for a while', async () => {
    const shopper = world.shopper();
    const { intent, id } = await bought(shopper);
    world.payments.faults.fail('refund', 'after', 'SERVICE_UNAVAILABLE', 4);
    await world
      .as(shopper, () => world.orders().cancelOrder({ id }, { timeoutMs: 1_000 }))
      .catch(expectOutOfTime);
    await eventually(
      async () => {
        const order = await world.as(shopper, () => world.orders().getOrder({ id }));
        expect(order.status).toBe(OrderStatus.CANCELLED);
      },
      { timeoutMs: 20_000 },
    );
    expect(world.payments.refundsOf(intent)).toEqual([TOTAL]);
  });
});

describe("somebody else's order", () => {
  it('is neither seen nor cancelled, except by the staff', async () => {
    const [shopper, stranger] = [world.shopper(), world.shopper()];
    const { id, intent } = await bought(shopper);
    for (const call of [
      () => world.orders().getOrder({ id }),
      () => world.orders().getOrderHistory({ id }),
      () => world.orders().cancelOrder({ id }),
    ]) {
      await expect(world.as<unknown>(stranger, call)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    }
    expect(world.payments.refundsOf(intent)).toEqual([]);
    expect((await world.as(stranger, () => world.orders().listOrders({}))).orders).toEqual([]);
    const support = { role: 'support', userId: newId() } as const;
    expect((await asCaller(support, () => world.orders().getOrder({ id }))).id).toBe(id);
    await expect(asCaller({}, () => world.orders().getOrder({ id }))).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
    });
  });
});

describe('the list of orders', () => {
  it('is paged, newest first, and can be narrowed to a status', async () => {
    const shopper = world.shopper();
    const ids: string[] = [];
    for (let made = 0; made < 3; made += 1) {
      Object.assign(world.shop.cartOf(shopper.userId), {
        lines: [
          { productId: world.lamp, quantity: 2 },
          { productId: world.mug, quantity: 1 },
        ],
      });
      ids.unshift((await bought(shopper)).id);
    }
    await cancel(shopper, ids[2] ?? '');
    const list = (request: object) => world.as(shopper, () => world.orders().listOrders(request));
    const first = await list({ page: { page: 1, limit: 2 } });
    expect(first.orders.map(({ id }) => id)).toEqual(ids.slice(0, 2));
    expect(first.page).toEqual({ page: 1, limit: 2, total: 3n, totalIsEstimate: false });
    expect((await list({ page: { page: 2, limit: 2 } })).orders.map(({ id }) => id)).toEqual([ids[2]]);
    const cancelled = await list({ status: OrderStatus.CANCELLED });
    expect(cancelled.orders.map(({ id }) => id)).toEqual([ids[2]]);
    await expect(list({ page: { page: 1, limit: 101 } })).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
    });
  });
});
