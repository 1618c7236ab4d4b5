import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OrderStatus, ReturnStatus } from '@vici/proto-gen/order';
import { asCaller, eventually } from '@vici/testing';
import { newId } from '@vici/utils';
import { describe, expect, it } from 'vitest';
import { readPricingTables } from '../infrastructure/pricing-tables.js';
import { type Shopper, SKU_LAMP, useCheckoutWorld } from './fixtures/checkout-world.fixture.js';

const folder = mkdtempSync(join(tmpdir(), 'vici-pricing-'));

/** A file with the tables of a shop. */
function pricingFile(tables: unknown): string {
  const file = join(folder, `${newId()}.json`);
  writeFileSync(file, JSON.stringify(tables));
  return file;
}

const world = useCheckoutWorld({
  PRICING_FILE: pricingFile({
    shipping: [
      { code: 'parcel', name: 'Parcel', days: [2, 4], flat: { USD: 700 }, freeFrom: { USD: 10_000 } },
      { code: 'pickup', name: 'Pick-up', days: [0, 1], flat: { USD: 0 } },
    ],
    tax: { US: { basisPoints: 500, included: false, regions: { OR: 0 } } },
  }),
});
const ADMIN = { role: 'admin', userId: newId() } as const;
/** Two lamps at 19.99. */
const GOODS = 3_998n;
const CODE = 'ALLFREE';

describe('tables of the shop', () => {
  it('price an order in place of the built-in ones', async () => {
    const shopper = world.shopper();
    const quote = await world.as(shopper, () =>
      world.orders().calculate({ shippingAddressId: shopper.addressId }),
    );
    // 5 % of 39.98 and of 7.49 is 2.00 + 0.37.
    expect([quote.shipping?.minor, quote.tax?.minor, quote.total?.minor]).toEqual([700n, 237n, 5_684n]);
    expect(quote.shippingMethods.map(({ code }) => code)).toEqual(['parcel', 'pickup']);
  });

  it.each([
    [
      'a fee below zero',
      { shipping: [{ code: 'a', name: 'A', days: [1, 2], flat: { USD: -1 } }] },
      'shipping[0].flat.USD',
    ],
    ['a method without a fee', { shipping: [{ code: 'a', name: 'A', days: [1, 2] }] }, 'shipping[0]'],
    ['a country there is not', { tax: { usa: { basisPoints: 1, included: false } } }, 'tax.usa'],
    [
      'a rate over everything',
      { tax: { US: { basisPoints: 10_001, included: false } } },
      'tax.US.basisPoints',
    ],
  ])('are refused for %s, naming file and field', (_, tables, field) => {
    const file = pricingFile(tables);
    expect(() => readPricingTables(file)).toThrowError(`${file} is not valid`);
    expect(() => readPricingTables(file)).toThrowError(`at ${field}`);
  });
});

/** An order of goods that a coupon pays for, picked up at the shop. */
async function nothingToPay(): Promise<{ shopper: Shopper; orderId: string; intent: string }> {
  world.shop.promote({ code: CODE, off: GOODS });
  const shopper = world.shopper();
  world.shop.cartOf(shopper.userId).lines = [{ productId: world.lamp, quantity: 2 }];
  const { addressId: shippingAddressId } = shopper;
  const choice = { shippingAddressId, couponCode: CODE, shippingMethod: 'pickup' };
  const quote = await world.as(shopper, () => world.orders().calculate(choice));
  expect(quote.total?.minor).toBe(0n);
  const intent = await world.openIntent(shopper, 0n);
  const confirm = { ...choice, paymentIntentId: intent, paymentMethod: 'pm_card_visa' };
  const { orderId } = await world.as(shopper, () => world.orders().confirm(confirm, { timeoutMs: 15_000 }));
  return { shopper, orderId, intent };
}

describe('an order that costs nothing', () => {
  it('is confirmed like any other, and cancelled without a refund', async () => {
    const { shopper, orderId, intent } = await nothingToPay();
    const order = await world.as(shopper, () => world.orders().getOrder({ id: orderId }));
    expect([order.status, order.total?.minor, order.discount?.minor]).toEqual([
      OrderStatus.CONFIRMED,
      0n,
      GOODS,
    ]);

    const cancelled = await world.as(shopper, () =>
      world.orders().cancelOrder({ id: orderId, reason: 'changed my mind' }, { timeoutMs: 15_000 }),
    );
    expect(cancelled.status).toBe(OrderStatus.CANCELLED);
    expect(world.payments.refundsOf(intent)).toEqual([]);
    expect(world.inventory.available.get(SKU_LAMP)).toBe(100);
    await eventually(() =>
      expect(world.eventTypes(orderId)).toEqual(['order.created', 'order.confirmed', 'order.cancelled']),
    );
  });

  it('takes its units back: their return is worth nothing and is refunded with nothing', async () => {
    const { shopper, orderId, intent } = await nothingToPay();
    await asCaller(ADMIN, () => world.orders().advanceOrder({ id: orderId, status: OrderStatus.SHIPPED }));
    const { items } = await world.as(shopper, () => world.orders().getOrder({ id: orderId }));
    const lines = [{ orderItemId: items[0]?.id ?? '', quantity: 2 }];
    const asked = await world.as(shopper, () =>
      world.orders().requestReturn({ orderId, lines, reason: 'broken' }),
    );
    const decide = (status: ReturnStatus) =>
      asCaller(ADMIN, () => world.orders().advanceReturn({ id: asked.id, status }, { timeoutMs: 15_000 }));
    await decide(ReturnStatus.APPROVED);
    await decide(ReturnStatus.RECEIVED);

    expect(await decide(ReturnStatus.REFUNDED)).toMatchObject({
      status: ReturnStatus.REFUNDED,
      refunded: { minor: 0n, currency: 'USD' },
    });
    await decide(ReturnStatus.REFUNDED);
    expect(world.payments.refundsOf(intent)).toEqual([]);
    expect(world.inventory.available.get(SKU_LAMP)).toBe(100);
  });
});
