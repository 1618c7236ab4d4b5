import { OrderStatus, type SearchOrdersRequest } from '@vici/proto-gen/order';
import { asCaller, eventually, pauseAt } from '@vici/testing';
import { newId } from '@vici/utils';
import { describe, expect, it } from 'vitest';
import { type Shopper, SKU_LAMP, TOTAL, useCheckoutWorld } from './fixtures/checkout-world.fixture.js';

const world = useCheckoutWorld();
const ADMIN = { role: 'admin', userId: newId() } as const;
const SUPPORT = { role: 'support', userId: newId() } as const;
/** As TOTAL, with the tax inside of the prices. */
const TOTAL_IN_GERMANY = 5_346n;
const TRACKING = { trackingNumber: 'T-1', carrier: 'Post', url: 'https://post.example/T-1' };

async function bought(shopper: Shopper = world.shopper(), total = TOTAL) {
  const intent = await world.openIntent(shopper, total);
  return { shopper, intent, id: (await world.confirm(shopper, intent)).orderId };
}

const advance = (id: string, status: OrderStatus, over: object = {}) =>
  asCaller(ADMIN, () => world.orders().advanceOrder({ id, status, ...over }));
const cancel = (id: string, caller: object = ADMIN) =>
  asCaller(caller, () => world.orders().cancelOrder({ id }, { timeoutMs: 15_000 }));

describe('an order on its way', () => {
  it('is packed, shipped with tracking and delivered; each step once in its history, its events and the audit', async () => {
    const { shopper, id } = await bought();
    await advance(id, OrderStatus.PREPARING);
    await advance(id, OrderStatus.SHIPPED, { tracking: TRACKING, note: 'two parcels' });
    await advance(id, OrderStatus.SHIPPED);
    const delivered = await advance(id, OrderStatus.DELIVERED);
    expect(delivered).toMatchObject({
      status: OrderStatus.DELIVERED,
      tracking: TRACKING,
      email: 'ada@example.com',
    });
    expect(delivered.tracking?.shippedAt).toBeInstanceOf(Date);
    const { entries } = await world.as(shopper, () => world.orders().getOrderHistory({ id }));
    expect(entries.slice(2).map(({ status, note, updatedBy }) => [status, note, updatedBy])).toEqual([
      [OrderStatus.PREPARING, 'The order is being packed', 'admin'],
      [OrderStatus.SHIPPED, 'two parcels', 'admin'],
      [OrderStatus.DELIVERED, 'Delivered', 'admin'],
    ]);
    await eventually(() =>
      expect(world.eventTypes(id)).toEqual([
        'order.created',
        'order.confirmed',
        'order.preparing',
        'order.shipped',
        'order.delivered',
      ]),
    );
    await eventually(() =>
      expect(world.auditOf(id)).toEqual([
        ['order.advance', 'admin', 'CONFIRMED', 'PREPARING'],
        ['order.advance', 'admin', 'PREPARING', 'SHIPPED'],
        ['order.advance', 'admin', 'SHIPPED', 'DELIVERED'],
      ]),
    );
    const shipped = world.service
      .events()
      .find(({ type, subject }) => type === 'order.shipped' && subject === id);
    expect(shipped?.data).toMatchObject({ tracking: TRACKING, order: { orderId: id, status: 'SHIPPED' } });
  });

  it('can be given its tracking after it was shipped', async () => {
    const { shopper, id } = await bought();
    await advance(id, OrderStatus.SHIPPED);
    await advance(id, OrderStatus.SHIPPED, { tracking: TRACKING });
    const order = await world.as(shopper, () => world.orders().getOrder({ id }));
    expect(order).toMatchObject({ status: OrderStatus.SHIPPED, tracking: TRACKING });
    expect(order.email).toBeUndefined();
  });

  it('is moved by nobody without the right, from no status that does not lead there, and with no bad tracking', async () => {
    const { shopper, id } = await bought();
    const step = { id, status: OrderStatus.SHIPPED };
    for (const caller of [SUPPORT, { userId: shopper.userId }]) {
      await expect(asCaller(caller, () => world.orders().advanceOrder(step))).rejects.toMatchObject({
        code: 'FORBIDDEN',
      });
    }
    await expect(cancel(id, SUPPORT)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(advance(id, OrderStatus.DELIVERED)).rejects.toMatchObject({ code: 'INVALID_TRANSITION' });
    await expect(advance(id, OrderStatus.CONFIRMED)).rejects.toMatchObject({
      details: { fields: [{ field: 'status' }] },
    });
    const tracking = { trackingNumber: '', carrier: 'Post', url: 'javascript:alert(1)' };
    await expect(advance(id, OrderStatus.SHIPPED, { tracking })).rejects.toMatchObject({
      details: { fields: [{ field: 'tracking.trackingNumber' }, { field: 'tracking.url' }] },
    });
    await expect(advance(newId(), OrderStatus.SHIPPED)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('a cancellation and the parcel leaving', () => {
  it('when the cancellation comes first, the parcel stays and the money goes back', async () => {
    const { intent, id } = await bought();
    using undoing = pauseAt('order.saga.before-undo-commit-stock');
    const cancelling = cancel(id);
    await undoing.reached;
    await expect(advance(id, OrderStatus.SHIPPED)).rejects.toMatchObject({ code: 'REQUEST_IN_PROGRESS' });
    undoing.resume();
    expect((await cancelling).status).toBe(OrderStatus.CANCELLED);
    await expect(advance(id, OrderStatus.SHIPPED)).rejects.toMatchObject({ code: 'REQUEST_IN_PROGRESS' });
    expect(world.payments.refundsOf(intent)).toEqual([TOTAL]);
    expect(world.inventory.available.get(SKU_LAMP)).toBe(100);
  });

  it('when the parcel leaves first, the cancellation is refused and the money stays', async () => {
    const { shopper, intent, id } = await bought();
    using shipping = pauseAt('order.advance.locked');
    const shipped = advance(id, OrderStatus.SHIPPED);
    await shipping.reached;
    const cancelled = cancel(id, { userId: shopper.userId }).catch((error: unknown) => error);
    shipping.resume();
    expect((await shipped).status).toBe(OrderStatus.SHIPPED);
    expect(await cancelled).toMatchObject({ code: 'INVALID_TRANSITION' });
    expect(world.payments.refundsOf(intent)).toEqual([]);
  });
});

describe("everybody's orders", () => {
  it('are found by number, e-mail, id, status, user, product, country and time, by those who may', async () => {
    const [first, second] = [await bought(), await bought(world.shopper('DE'), TOTAL_IN_GERMANY)].map(
      ({ id, shopper }) => ({
        id,
        shopper,
      }),
    );
    if (first === undefined || second === undefined) throw new Error('nothing was bought');
    await advance(first.id, OrderStatus.PREPARING);
    const search = async (filter: SearchOrdersRequest['filter'] | object, oldestFirst = false) => {
      const request = { filter, page: { page: 1, limit: 100 }, oldestFirst };
      const { orders } = await asCaller(SUPPORT, () => world.orders().searchOrders(request));
      return orders.map(({ id }) => id).filter((id) => id === first.id || id === second.id);
    };
    const { number, createdAt } = await asCaller(SUPPORT, () => world.orders().getOrder({ id: first.id }));
    const both = [second.id, first.id];
    expect(await search({})).toEqual(both);
    expect(await search({}, true)).toEqual([first.id, second.id]);
    expect(await search({ search: number.toLowerCase() })).toEqual([first.id]);
    expect(await search({ search: 'ADA@exam' })).toEqual(both);
    expect(await search({ search: '%@example.com' })).toEqual([]);
    expect(await search({ search: second.id })).toEqual([second.id]);
    expect(await search({ statuses: [OrderStatus.PREPARING, OrderStatus.SHIPPED] })).toEqual([first.id]);
    expect(await search({ userId: second.shopper.userId })).toEqual([second.id]);
    expect(await search({ productId: world.mug })).toEqual(both);
    expect(await search({ productId: newId() })).toEqual([]);
    expect(await search({ country: 'de' })).toEqual([second.id]);
    expect(await search({ placedTo: createdAt })).toEqual([]);
    expect(await search({ placedFrom: createdAt })).toEqual(both);
    await expect(search({ country: 'Germany' })).rejects.toMatchObject({
      details: { fields: [{ field: 'country' }] },
    });
    await expect(asCaller({ userId: newId() }, () => world.orders().searchOrders({}))).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
  });

  it('come in slices that neither repeat nor leave out an order while new ones come in', async () => {
    const shopper = world.shopper();
    const ids: string[] = [];
    const buy = async () => {
      world.shop.cartOf(shopper.userId).lines = [
        { productId: world.lamp, quantity: 2 },
        { productId: world.mug, quantity: 1 },
      ];
      ids.unshift((await bought(shopper)).id);
    };
    for (let made = 0; made < 3; made += 1) await buy();
    const slice = (cursor: string, oldestFirst = false) =>
      asCaller(ADMIN, () =>
        world.orders().scanOrders({ filter: { userId: shopper.userId }, cursor, limit: 2, oldestFirst }),
      );
    const first = await slice('');
    await buy();
    const second = await slice(first.nextCursor);
    expect([...first.orders, ...second.orders].map(({ id }) => id)).toEqual(ids.slice(1));
    expect(second.nextCursor).toBe('');
    const oldest = await slice('', true);
    await buy();
    const next = await slice(oldest.nextCursor, true);
    const last = await slice(next.nextCursor, true);
    const upwards = [oldest, next, last].flatMap(({ orders }) => orders.map(({ id }) => id));
    expect(upwards).toEqual(ids.toReversed());
    expect(last.nextCursor).toBe('');
    await expect(slice('nonsense')).rejects.toMatchObject({ details: { fields: [{ field: 'cursor' }] } });
  });
});
