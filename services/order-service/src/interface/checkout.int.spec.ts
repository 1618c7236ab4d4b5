import { ReservationStatus } from '@vici/proto-gen/inventory';
import { OrderStatus } from '@vici/proto-gen/order';
import { eventually, pauseAt } from '@vici/testing';
import { newId } from '@vici/utils';
import { describe, expect, it } from 'vitest';
import { SESSION, SKU_LAMP, TOTAL, useCheckoutWorld } from './fixtures/checkout-world.fixture.js';

const world = useCheckoutWorld();
const usd = (minor: bigint) => ({ minor, currency: 'USD' });

describe('confirming a checkout', () => {
  it('charges once, takes the stock, confirms the order, empties the cart and tells of it', async () => {
    const shopper = world.shopper();
    const intent = await world.openIntent(shopper);
    const answer = await world.confirm(shopper, intent);
    expect(answer).toMatchObject({ paymentId: intent, status: 'success', total: usd(TOTAL) });
    expect(world.payments.chargesOf(intent)).toEqual([{ minor: TOTAL, paymentMethod: 'pm_card_visa' }]);
    expect(world.inventory.statusOf(answer.orderId)).toBe(ReservationStatus.COMMITTED);
    expect(world.inventory.available.get(SKU_LAMP)).toBe(98);
    expect(world.shop.cartOf(shopper.userId).lines).toEqual([]);

    const order = await world.as(shopper, () => world.orders().getOrder({ id: answer.orderId }));
    expect(order).toMatchObject({
      userId: shopper.userId,
      status: OrderStatus.CONFIRMED,
      subtotal: usd(4_747n),
      shipping: usd(599n),
      tax: usd(380n),
      total: usd(TOTAL),
      paymentId: intent,
      paymentMethod: 'pm_card_visa',
      shippingAddress: { id: shopper.addressId, postal: { country: 'US', city: 'Springfield' } },
    });
    expect(order.number).toMatch(/^VIC-\d{4}-\d{6}$/);
    expect(order.items.map(({ sku, name, quantity }) => [sku, name, quantity])).toEqual([
      ['LAMP-1', 'Product LAMP-1', 2],
      ['MUG-1', 'Product MUG-1', 1],
    ]);
    const { entries } = await world.as(shopper, () => world.orders().getOrderHistory({ id: order.id }));
    expect(entries.map(({ status, updatedBy }) => [status, updatedBy])).toEqual([
      [OrderStatus.PAYMENT_PENDING, 'customer'],
      [OrderStatus.CONFIRMED, 'order-service'],
    ]);

    await eventually(() => expect(world.eventTypes(order.id)).toEqual(['order.created', 'order.confirmed']));
    const confirmed = world.service
      .events()
      .find(({ subject, type }) => subject === order.id && type === 'order.confirmed');
    expect(confirmed?.data).toMatchObject({
      order: {
        status: 'CONFIRMED',
        number: order.number,
        email: 'ada@example.com',
        shopperSessionId: SESSION,
        total: { amountMinor: 5_726, currency: 'USD' },
        items: [{ sku: 'LAMP-1', quantity: 2, categoryName: 'Things' }, { sku: 'MUG-1' }],
      },
    });
  });

  it('asks where parcels and mails go in one question, and for the profile where that does not say', async () => {
    const { shop } = world;
    const emailOf = async () => {
      const shopper = world.shopper();
      const { orderId } = await world.confirm(shopper, await world.openIntent(shopper));
      const emails = () =>
        world.service
          .events()
          .flatMap((event) =>
            event.type === 'order.confirmed' && event.subject === orderId ? [event.data.order.email] : [],
          );
      await eventually(() => expect(emails()).toHaveLength(1));
      return [...emails(), shop.faults.calls('getProfile')];
    };
    expect(await emailOf()).toEqual(['ada@example.com', 0]);
    shop.addressesSayEmails = false;
    const asked = await emailOf().finally(() => {
      shop.addressesSayEmails = true;
    });
    expect(asked).toEqual(['ada@example.com', 1]);
  });

  it('gives the same order when confirmed again, though the cart is empty by then', async () => {
    const shopper = world.shopper();
    const intent = await world.openIntent(shopper);
    const first = await world.confirm(shopper, intent);
    expect(await world.confirm(shopper, intent)).toEqual(first);
    expect(world.payments.chargesOf(intent)).toHaveLength(1);
  });

  it('makes one order and one charge of simultaneous calls', async () => {
    const shopper = world.shopper();
    const intent = await world.openIntent(shopper);
    const answers = await Promise.all(Array.from({ length: 5 }, () => world.confirm(shopper, intent)));
    expect(new Set(answers.map(({ orderId }) => orderId)).size).toBe(1);
    expect(world.payments.chargesOf(intent)).toHaveLength(1);
    expect(world.inventory.available.get(SKU_LAMP)).toBe(98);
    const listed = await world.as(shopper, () => world.orders().listOrders({}));
    expect(listed.orders).toHaveLength(1);
  });

  it('does not charge another amount than the cart costs', async () => {
    const shopper = world.shopper();
    const intent = await world.openIntent(shopper);
    world.shop.cartOf(shopper.userId).lines = [{ productId: world.mug, quantity: 1 }];
    await expect(world.confirm(shopper, intent)).rejects.toMatchObject({
      code: 'AMOUNT_MISMATCH',
      details: { expectedMinor: '1408', currency: 'USD' },
    });
    expect(world.payments.chargesOf(intent)).toEqual([]);
  });

  it("does not find another user's intent", async () => {
    const [shopper, thief] = [world.shopper(), world.shopper()];
    const intent = await world.openIntent(shopper);
    await expect(world.confirm(thief, intent)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect((await world.confirm(shopper, intent)).status).toBe('success');
  });

  it('neither charges nor makes an order when the stock is gone, and buys when it is back', async () => {
    const shopper = world.shopper();
    const intent = await world.openIntent(shopper);
    world.inventory.available.set(SKU_LAMP, 1);
    await expect(world.confirm(shopper, intent)).rejects.toMatchObject({
      code: 'INSUFFICIENT_STOCK',
      details: { lines: [{ sku: 'LAMP-1', requested: 2, available: 1 }] },
    });
    expect(world.payments.chargesOf(intent)).toEqual([]);
    expect((await world.as(shopper, () => world.orders().listOrders({}))).orders).toEqual([]);
    world.inventory.available.set(SKU_LAMP, 2);
    const answer = await world.confirm(shopper, intent);
    expect(world.inventory.available.get(SKU_LAMP)).toBe(0);
    await eventually(() =>
      expect(world.eventTypes(answer.orderId)).toEqual(['order.created', 'order.confirmed']),
    );
  });

  it('keeps with each line how many of its units are not on the shelf yet, as of the try that bought them', async () => {
    const shopper = world.shopper();
    world.inventory.available.set(SKU_LAMP, 0);
    world.inventory.backorderable.set(SKU_LAMP, 5);
    const intent = await world.openIntent(shopper);
    const backordered = async () => {
      const { orders } = await world.as(shopper, () => world.orders().listOrders({}));
      return orders.map(({ items }) => items.map((item) => [item.sku, item.quantity, item.backordered]));
    };
    await expect(world.confirm(shopper, intent, 'pm_declined')).rejects.toMatchObject({
      code: 'PAYMENT_DECLINED',
    });
    expect(await backordered()).toEqual([
      [
        [SKU_LAMP, 2, 2],
        ['MUG-1', 1, 0],
      ],
    ]);
    world.inventory.available.set(SKU_LAMP, 1);
    await world.confirm(shopper, intent);
    expect(await backordered()).toEqual([
      [
        [SKU_LAMP, 2, 1],
        ['MUG-1', 1, 0],
      ],
    ]);
  });

  it('refuses a card number without repeating or keeping it', async () => {
    const shopper = world.shopper();
    const intent = await world.openIntent(shopper);
    const error: unknown = await world
      .confirm(shopper, intent, '4242 4242 4242 4242')
      .catch((cause) => cause);
    expect(error).toMatchObject({
      code: 'VALIDATION_FAILED',
      details: { fields: [{ field: 'paymentMethod' }] },
    });
    expect(JSON.stringify(error) + String(error)).not.toContain('4242');
    expect(world.payments.chargesOf(intent)).toEqual([]);
  });

  it('answers that the order is being processed when the caller has no more time, and finishes without it', async () => {
    const shopper = world.shopper();
    const intent = await world.openIntent(shopper);
    world.payments.faults.fail('captureIntent', 'before', 'SERVICE_UNAVAILABLE', 1_000);
    // Again, where a busy machine lets the answer come too late.
    await eventually(async () => {
      const impatient = world.confirm(shopper, intent, 'pm_card_visa', { deadline: Date.now() + 400 });
      await expect(impatient).rejects.toMatchObject({ code: 'REQUEST_IN_PROGRESS' });
    });
    world.payments.faults.clear();
    const answer = await world.confirm(shopper, intent);
    expect(answer.status).toBe('success');
    expect(world.payments.chargesOf(intent)).toHaveLength(1);
  });
});

describe('a declined payment', () => {
  it('keeps the cart, gives the stock back, and the next try pays the same order', async () => {
    const shopper = world.shopper();
    const intent = await world.openIntent(shopper);
    const declined: { details?: { orderId?: string } } = await world
      .confirm(shopper, intent, 'pm_declined')
      .then(
        () => ({}),
        (error) => error,
      );
    expect(declined).toMatchObject({
      code: 'PAYMENT_DECLINED',
      details: { declineCode: 'insufficient_funds', orderId: expect.any(String) },
    });
    const orderId = declined.details?.orderId ?? '';
    expect(world.inventory.available.get(SKU_LAMP)).toBe(100);
    expect(world.shop.cartOf(shopper.userId).lines).toHaveLength(2);
    const failed = await world.as(shopper, () => world.orders().getOrder({ id: orderId }));
    expect(failed.status).toBe(OrderStatus.PAYMENT_FAILED);

    const answer = await world.confirm(shopper, intent, 'pm_card_visa');
    expect(answer.orderId).toBe(orderId);
    expect(world.payments.chargesOf(intent)).toEqual([{ minor: TOTAL, paymentMethod: 'pm_card_visa' }]);
    expect(world.inventory.available.get(SKU_LAMP)).toBe(98);
    const order = await world.as(shopper, () => world.orders().getOrder({ id: orderId }));
    expect(order).toMatchObject({ status: OrderStatus.CONFIRMED, paymentMethod: 'pm_card_visa' });
    expect(order.items).toHaveLength(2);
    await eventually(() =>
      expect(world.eventTypes(orderId)).toEqual(['order.created', 'order.payment_failed', 'order.confirmed']),
    );
  });

  it('that is still being taken back does not answer for another payment method', async () => {
    const shopper = world.shopper();
    const intent = await world.openIntent(shopper);
    using pause = pauseAt('order.saga.before-undo-reserve-stock');
    const declined = world.confirm(shopper, intent, 'pm_declined').catch((error: unknown) => error);
    await pause.reached;
    const [same, other] = [
      world.confirm(shopper, intent, 'pm_declined').catch((error: unknown) => error),
      world.confirm(shopper, intent, 'pm_card_visa'),
    ];
    setTimeout(() => pause.resume(), 100);
    expect(await declined).toMatchObject({ code: 'PAYMENT_DECLINED' });
    expect((await other).status).toBe('success');
    await same;
    expect(world.payments.chargesOf(intent)).toHaveLength(1);
  });

  it('is told again, not tried again, when the very same call is repeated', async () => {
    const shopper = world.shopper();
    const intent = await world.openIntent(shopper);
    const idempotencyKey = newId();
    const call = (method: string) => world.confirm(shopper, intent, method, { idempotencyKey });
    await expect(call('pm_declined')).rejects.toMatchObject({ code: 'PAYMENT_DECLINED' });
    await expect(call('pm_declined')).rejects.toMatchObject({ code: 'PAYMENT_DECLINED' });
    expect(world.payments.faults.calls('captureIntent')).toBe(1);
  });
});

describe('placing an order in one step', () => {
  const place = (
    shopper: ReturnType<typeof world.shopper>,
    idempotencyKey: string,
    paymentMethod = 'pm_card_visa',
  ) =>
    world.as(
      shopper,
      () =>
        world
          .orders()
          .placeOrder({ shippingAddressId: shopper.addressId, paymentMethod }, { timeoutMs: 15_000 }),
      { idempotencyKey },
    );

  it('is done once per idempotency key, also by simultaneous calls', async () => {
    const shopper = world.shopper();
    const key = newId();
    const placed = await Promise.all([place(shopper, key), place(shopper, key), place(shopper, key)]);
    const again = await place(shopper, key);
    expect(new Set([...placed, again].map(({ id }) => id)).size).toBe(1);
    expect(again).toMatchObject({ status: OrderStatus.CONFIRMED, total: usd(TOTAL) });
    expect(world.payments.chargesOf(again.paymentId ?? '')).toHaveLength(1);
  });

  it('tells of a decline again for the same key', async () => {
    const shopper = world.shopper();
    const key = newId();
    await expect(place(shopper, key, 'pm_declined')).rejects.toMatchObject({ code: 'PAYMENT_DECLINED' });
    await expect(place(shopper, key, 'pm_declined')).rejects.toMatchObject({ code: 'PAYMENT_DECLINED' });
  });

  it('gives every order another number', async () => {
    const placed = await Promise.all(Array.from({ length: 25 }, () => place(world.shopper(), newId())));
    expect(new Set(placed.map(({ number }) => number)).size).toBe(25);
  });
});
