import { ReservationStatus } from '@vici/proto-gen/inventory';
import { OrderStatus } from '@vici/proto-gen/order';
import { eventually, pauseAt } from '@vici/testing';
import { newId } from '@vici/utils';
import { describe, expect, it } from 'vitest';
import { SESSION, SKU_LAMP, TOTAL, useCheckoutWorld } from './fixtures/checkout-world.fixture.js';

const world = useCheckoutWorld();
const usd = (minor: bigint) => ({ minor, currency: 'USD' });

describe('a quote', () => {
  it('prices the cart to the cent', async () => {
    const shopper = world.shopper();
    const quote = await world.as(shopper, () =>
      world.orders().calculate({ shippingAddressId: shopper.addressId }),
    );
    expect(quote).toMatchObject({
      subtotal: usd(4_747n),
      shipping: usd(599n),
      tax: usd(380n),
      discount: usd(0n),
      total: usd(TOTAL),
      savings: usd(1_000n),
    });
    expect(
      quote.items.map(({ sku, quantity, unitPrice, totalPrice }) => [sku, quantity, unitPrice, totalPrice]),
    ).toEqual([
      ['LAMP-1', 2, usd(1_999n), usd(3_998n)],
      ['MUG-1', 1, usd(749n), usd(749n)],
    ]);
  });

  it('is for the chosen shipping method, and the payment and the order after it are for the same', async () => {
    const shopper = world.shopper();
    const quote = await world.as(shopper, () =>
      world.orders().calculate({ shippingAddressId: shopper.addressId, shippingMethod: 'express' }),
    );
    expect(quote).toMatchObject({ shippingMethod: 'express', shipping: usd(1_299n), taxIncluded: false });
    expect(quote.shippingMethods).toEqual([
      { code: 'standard', name: 'Standard shipping', price: usd(599n), leastDays: 3, mostDays: 5 },
      { code: 'express', name: 'Express shipping', price: usd(1_299n), leastDays: 1, mostDays: 2 },
      { code: 'overnight', name: 'Overnight shipping', price: usd(2_499n), leastDays: 1, mostDays: 1 },
    ]);
    const total = TOTAL + 700n;
    const intent = await world.openIntent(shopper, total);
    const { orderId } = await world.confirm(shopper, intent);
    const order = await world.as(shopper, () => world.orders().getOrder({ id: orderId }));
    expect(order).toMatchObject({ shippingMethod: 'express', shipping: usd(1_299n), total: usd(total) });
    expect(order.items.map(({ tax }) => tax)).toEqual([usd(320n), usd(60n)]);
  });

  it('says whether the prices hold the tax already', async () => {
    const shopper = world.shopper('DE');
    const quote = await world.as(shopper, () =>
      world.orders().calculate({ shippingAddressId: shopper.addressId }),
    );
    // 19 % inside of 39.98 and 7.49, half-even per line.
    expect(quote).toMatchObject({ taxIncluded: true, tax: usd(638n + 120n), total: usd(4_747n + 599n) });
  });

  it('refuses a shipping method that does not serve the address', async () => {
    const shopper = world.shopper('DE');
    const quote = world.as(shopper, () =>
      world.orders().calculate({ shippingAddressId: shopper.addressId, shippingMethod: 'overnight' }),
    );
    await expect(quote).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
      details: { fields: [{ field: 'shippingMethod' }] },
    });
  });

  it('refuses an empty cart, a coupon, a product no longer sold and a quantity not in stock', async () => {
    const shopper = world.shopper();
    const cart = world.shop.cartOf(shopper.userId);
    const calculate = (couponCode?: string) =>
      world.as(shopper, () =>
        world.orders().calculate({
          shippingAddressId: shopper.addressId,
          ...(couponCode === undefined ? {} : { couponCode }),
        }),
      );
    await expect(calculate('SAVE10')).rejects.toMatchObject({ code: 'COUPON_INVALID' });
    cart.lines = [{ productId: newId(), quantity: 1 }];
    await expect(calculate()).rejects.toMatchObject({ code: 'PRODUCT_UNAVAILABLE' });
    cart.lines = [{ productId: world.lamp, quantity: 50, available: false }];
    await expect(calculate()).rejects.toMatchObject({
      code: 'INSUFFICIENT_STOCK',
      details: { lines: [{ sku: 'LAMP-1', requested: 50, available: 7 }] },
    });
    cart.lines = [];
    await expect(calculate()).rejects.toMatchObject({ code: 'CART_EMPTY' });
  });

  it("refuses another user's address", async () => {
    const [shopper, other] = [world.shopper(), world.shopper()];
    const quote = world.as(shopper, () => world.orders().calculate({ shippingAddressId: other.addressId }));
    await expect(quote).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('a payment intent', () => {
  it('is opened only for exactly what the cart costs', async () => {
    const shopper = world.shopper();
    await expect(world.openIntent(shopper, TOTAL - 1n)).rejects.toMatchObject({
      code: 'AMOUNT_MISMATCH',
      details: { expectedMinor: '5726', total: 57.26, currency: 'USD' },
    });
    const euros = world.as(shopper, () =>
      world.orders().createPaymentIntent({ amount: { minor: TOTAL, currency: 'EUR' } }),
    );
    await expect(euros).rejects.toMatchObject({ code: 'AMOUNT_MISMATCH' });
    const opened = await world.as(shopper, () => world.orders().createPaymentIntent({ amount: usd(TOTAL) }));
    expect(opened).toMatchObject({ amount: usd(TOTAL), status: 'pending' });
    expect(opened.clientSecret).toBe(`secret_${opened.id}`);
  });

  it('is the same one while the cart is unchanged, also for simultaneous calls, and another one after a change', async () => {
    const shopper = world.shopper();
    const ids = await Promise.all([world.openIntent(shopper), world.openIntent(shopper)]);
    const again = await world.openIntent(shopper);
    expect(new Set([...ids, again]).size).toBe(1);
    const cart = world.shop.cartOf(shopper.userId);
    cart.lines = [{ productId: world.mug, quantity: 1 }];
    cart.version += 1n;
    expect(await world.openIntent(shopper, 749n + 599n + 60n)).not.toBe(again);
  });

  it('is priced for the address of the last quote, and for the default one before any', async () => {
    const shopper = world.shopper();
    const german = { id: newId(), country: 'DE' };
    world.shop.addresses.get(shopper.userId)?.push(german);
    await world.openIntent(shopper, TOTAL);
    await world.as(shopper, () => world.orders().calculate({ shippingAddressId: german.id }));
    await expect(world.openIntent(shopper, TOTAL)).rejects.toMatchObject({
      details: { expectedMinor: '5346' },
    });
    await world.openIntent(shopper, 5_346n);
  });

  it('answers a repeated idempotency key with the first intent and refuses it for another amount', async () => {
    const shopper = world.shopper();
    const idempotencyKey = newId();
    const open = (minor: bigint) =>
      world.as(shopper, () => world.orders().createPaymentIntent({ amount: usd(minor) }), { idempotencyKey });
    const first = await open(TOTAL);
    world.shop.cartOf(shopper.userId).version += 1n;
    expect((await open(TOTAL)).id).toBe(first.id);
    await expect(open(1n)).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
  });
});

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
    world.payments.faults.fail('captureIntent', 'before', 'SERVICE_UNAVAILABLE', 4);
    const impatient = world.confirm(shopper, intent, 'pm_card_visa', { deadline: Date.now() + 400 });
    await expect(impatient).rejects.toMatchObject({ code: 'REQUEST_IN_PROGRESS' });
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
          .placeOrder({ shippingAddressId: shopper.addressId, paymentMethod }, { timeoutMs: 6_000 }),
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
