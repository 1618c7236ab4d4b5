import { createEvent } from '@vici/events';
import {
  CartServiceDefinition,
  type PromotionRules,
  PromotionServiceDefinition,
  PromotionType,
} from '@vici/proto-gen/cart';
import { eventually, pauseAt, useService } from '@vici/testing';
import { newId } from '@vici/utils';
import { describe, expect, it } from 'vitest';
import { cartService } from '../cart.service.js';
import { asAdmin, asSystem, asUser, FakeCatalogue } from './fixtures/catalogue.fixture.js';

const catalogue = new FakeCatalogue();
const mug = catalogue.add(1_250n);
const service = useService(cartService, {}, { upstreams: [catalogue.upstream] });
const carts = () => service.client(CartServiceDefinition);
const promotions = () => service.client(PromotionServiceDefinition);

const create = async (rules: Partial<PromotionRules> = {}) => {
  const base = { name: 'A promotion', type: PromotionType.PERCENTAGE, basisPoints: 1_000, active: true };
  const code = newId().toUpperCase();
  const { id } = await asAdmin(() => promotions().createPromotion({ rules: { ...base, code, ...rules } }));
  return { id, code };
};
const redeem = (id: string, over: { orderId?: string; userId?: string; attempt?: number } = {}) =>
  asSystem(() =>
    promotions().redeemPromotions({
      orderId: newId(),
      userId: newId(),
      attempt: 1,
      promotionIds: [id],
      ...over,
    }),
  );
const release = (orderId: string, attempt = 1) =>
  asSystem(() => promotions().releasePromotions({ orderId, attempt }));
const usageOf = async (id: string) => (await asAdmin(() => promotions().getPromotion({ id }))).usageCount;

function orderEvent(type: 'order.confirmed' | 'order.cancelled', orderId: string, userId: string) {
  const usd = (amountMinor: number) => ({ amountMinor, currency: 'USD' });
  const at = new Date().toISOString();
  const order = {
    orderId,
    number: 'VIC-2026-000001',
    userId,
    email: 'ada@example.com',
    status: 'CONFIRMED' as const,
    items: [],
    subtotal: usd(100),
    shipping: usd(0),
    tax: usd(0),
    discount: usd(0),
    total: usd(100),
    shippingAddress: {
      firstName: 'Ada',
      lastName: 'Byron',
      addressLine1: '1 Main St',
      city: 'Springfield',
      state: 'IL',
      postalCode: '62701',
      country: 'US',
    },
    placedAt: at,
  };
  return type === 'order.confirmed'
    ? createEvent(type, { subject: orderId, data: { order, occurredAt: at } })
    : createEvent(type, { subject: orderId, data: { order, occurredAt: at, reason: 'changed my mind' } });
}

describe('the last use of a coupon', () => {
  it('goes to the first of two orders: the second waits for its commit, and is refused', async () => {
    const { id } = await create({ usageLimit: 1 });
    using pause = pauseAt('cart.promotion-use-taken');
    const first = redeem(id);
    await pause.reached;
    let secondEnded = false;
    const second = redeem(id).finally(() => {
      secondEnded = true;
    });
    const refused = expect(second).rejects.toMatchObject({
      code: 'COUPON_INVALID',
      details: { reason: 'USED_UP', promotionId: id },
    });
    // The second stands at the row the first one holds.
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(secondEnded).toBe(false);

    pause.resume();
    await first;
    await refused;
    expect(await usageOf(id)).toBe(1);
  });

  it('goes to the second when the first comes to nothing', async () => {
    const [{ id }, { id: own }] = [await create({ usageLimit: 1 }), await create({ perUserLimit: 1 })];
    const userId = newId();
    await redeem(own, { userId });
    using pause = pauseAt('cart.promotion-use-taken');
    const both = asSystem(() =>
      promotions().redeemPromotions({ orderId: newId(), userId, attempt: 1, promotionIds: [own, id] }),
    );
    const refused = expect(both).rejects.toMatchObject({ details: { reason: 'USER_LIMIT_REACHED' } });
    await pause.reached;
    const second = redeem(id);
    pause.resume();

    await refused;
    await second;
    expect([await usageOf(id), await usageOf(own)]).toEqual([1, 1]);
  });

  it('is never exceeded by forty orders at once, nor by one shopper', async () => {
    const { id } = await create({ usageLimit: 7 });
    const { id: once } = await create({ perUserLimit: 2 });
    const userId = newId();

    const many = await Promise.allSettled(Array.from({ length: 40 }, () => redeem(id)));
    const own = await Promise.allSettled(Array.from({ length: 10 }, () => redeem(once, { userId })));

    const worked = (all: PromiseSettledResult<unknown>[]) =>
      all.filter(({ status }) => status === 'fulfilled').length;
    expect([worked(many), await usageOf(id)]).toEqual([7, 7]);
    expect([worked(own), await usageOf(once)]).toEqual([2, 2]);
  });
});

describe('redeeming', () => {
  it('counts once per order, however often and at once it is called', async () => {
    const { id } = await create();
    const order = { orderId: newId(), userId: newId() };

    await Promise.all(Array.from({ length: 5 }, () => redeem(id, order)));

    expect(await usageOf(id)).toBe(1);
  });

  it('is taken back once, and may begin anew with the next try only', async () => {
    const { id } = await create();
    const order = { orderId: newId(), userId: newId() };
    await redeem(id, order);

    await Promise.all([release(order.orderId), release(order.orderId)]);
    expect(await usageOf(id)).toBe(0);
    // A call given up for lost, arriving after all.
    await expect(redeem(id, order)).rejects.toMatchObject({ code: 'INVALID_TRANSITION' });
    await redeem(id, { ...order, attempt: 2 });
    await release(order.orderId, 1);

    expect(await usageOf(id)).toBe(1);
  });

  it('of an order nobody has redeemed for is refused once it has been released', async () => {
    const { id } = await create();
    const orderId = newId();
    await release(orderId);
    await expect(redeem(id, { orderId })).rejects.toMatchObject({ code: 'INVALID_TRANSITION' });
    expect(await usageOf(id)).toBe(0);
  });

  it('is all or none', async () => {
    const [{ id }, { id: gone }] = [await create(), await create({ usageLimit: 1 })];
    await redeem(gone);

    const both = asSystem(() =>
      promotions().redeemPromotions({
        orderId: newId(),
        userId: newId(),
        attempt: 1,
        promotionIds: [id, gone],
      }),
    );

    await expect(both).rejects.toMatchObject({ code: 'COUPON_INVALID' });
    expect(await usageOf(id)).toBe(0);
  });

  it('is for order-service alone', async () => {
    const request = { orderId: newId(), userId: newId(), attempt: 1, promotionIds: [] };
    await expect(asUser(newId(), () => promotions().redeemPromotions(request))).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
  });

  it('uses a coupon up for the carts that carry it', async () => {
    const { id, code } = await create({ usageLimit: 1 });
    const userId = newId();
    await asUser(userId, () => carts().addItem({ productId: mug, quantity: 1 }));
    await asUser(userId, () => carts().applyCoupon({ couponCode: code }));
    await redeem(id);

    const cart = await asUser(userId, () => carts().getCart({}));

    expect([cart.discount?.minor, cart.couponNotice]).toEqual([0n, 'This coupon has been used up.']);
  });
});

describe('a promotion of the first order', () => {
  it('is for one order, also of two at once and of two promotions', async () => {
    const [first, second] = [await create({ firstOrder: true }), await create({ firstOrder: true })];
    const userId = newId();

    const both = await Promise.allSettled([redeem(first.id, { userId }), redeem(second.id, { userId })]);

    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect((await usageOf(first.id)) + (await usageOf(second.id))).toBe(1);
  });

  it('is over with a confirmed order, and back when that is cancelled', async () => {
    const { id, code } = await create({ firstOrder: true });
    const [userId, orderId] = [newId(), newId()];
    const apply = () => asUser(userId, () => carts().applyCoupon({ couponCode: code }));
    await asUser(userId, () => carts().addItem({ productId: mug, quantity: 1 }));
    await service.publish(orderEvent('order.confirmed', orderId, userId));

    await eventually(() => expect(apply()).rejects.toMatchObject({ details: { reason: 'NOT_FIRST_ORDER' } }));
    await expect(redeem(id, { userId })).rejects.toMatchObject({ details: { reason: 'NOT_FIRST_ORDER' } });
    await service.publish(orderEvent('order.cancelled', orderId, userId));

    await eventually(async () => expect((await apply()).discount?.minor).toBe(125n));
  });
});

describe('an order that is cancelled', () => {
  it('gives its uses back, and takes none any more', async () => {
    const { id } = await create({ usageLimit: 1 });
    const order = { orderId: newId(), userId: newId() };
    await redeem(id, order);

    await service.publish(orderEvent('order.cancelled', order.orderId, order.userId));

    await eventually(async () => expect(await usageOf(id)).toBe(0));
    await expect(redeem(id, { ...order, attempt: 2 })).rejects.toMatchObject({ code: 'INVALID_TRANSITION' });
  });
});
