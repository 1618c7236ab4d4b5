import { newId } from '@vici/utils';
import { describe, expect, it } from 'vitest';
import { CheckoutIntentRepository } from '../application/ports/checkout-intent.repository.js';
import { SettleUnorderedPaymentUseCase } from '../application/unordered/settle-unordered-payment.use-case.js';
import { TOTAL, useCheckoutWorld } from './fixtures/checkout-world.fixture.js';

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

  it('takes what the cart has just read of the catalogue, and reads it itself where the cart does not say', async () => {
    const shopper = world.shopper();
    const { shop } = world;
    const quote = () =>
      world.as(shopper, () => world.orders().calculate({ shippingAddressId: shopper.addressId }));
    const told = await quote();
    expect(shop.faults.calls('getProducts')).toBe(0);

    shop.cartsSayArticles = false;
    const read = await quote().finally(() => {
      shop.cartsSayArticles = true;
    });
    expect(shop.faults.calls('getProducts')).toBe(1);
    expect(read).toEqual(told);
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

  it('answers the first confirm with the order that was made of it meanwhile', async () => {
    const shopper = world.shopper();
    await world.as(shopper, () => world.orders().calculate({ shippingAddressId: shopper.addressId }));
    const id = await world.openIntent(shopper);
    const intent = await world.service.get<CheckoutIntentRepository>(CheckoutIntentRepository).find(id);
    if (intent === undefined) throw new Error('the intent is not stored');
    await world.service.get<SettleUnorderedPaymentUseCase>(SettleUnorderedPaymentUseCase).execute(intent);

    const { orderId } = await world.confirm(shopper, id);

    const { orders } = await world.as(shopper, () => world.orders().listOrders({}));
    expect(orders.map((order) => order.id)).toEqual([orderId]);
    expect(world.payments.chargesOf(id)).toEqual([{ minor: TOTAL, paymentMethod: 'card' }]);
  });
});
