import { Database } from '@vici/database';
import { AdjustmentType } from '@vici/proto-gen/common';
import { OrderStatus } from '@vici/proto-gen/order';
import { eventually } from '@vici/testing';
import { newId } from '@vici/utils';
import { Money } from '@vici/utils/domain';
import { describe, expect, it } from 'vitest';
import { invoicePaper } from '../application/invoices/invoice-paper.js';
import { OrderRepository } from '../application/ports/order.repository.js';
import { type Shopper, SKU_LAMP, useCheckoutWorld } from './fixtures/checkout-world.fixture.js';

const world = useCheckoutWorld();
const CODE = 'SAVE10';
const OFF = 1_000n;
const usd = (minor: bigint) => ({ minor, currency: 'USD' });
/** 47.47 less 10.00; shipping 5.99; 8 % of 29.98 and of 7.49 is 2.40 + 0.60. */
const REDUCED = 4_646n;

const confirm = (shopper: Shopper, paymentIntentId: string, paymentMethod = 'pm_card_visa') =>
  world.as(shopper, () =>
    world
      .orders()
      .confirm(
        { paymentIntentId, shippingAddressId: shopper.addressId, paymentMethod, couponCode: CODE },
        { timeoutMs: 15_000 },
      ),
  );

/** Calculates with the coupon, then opens the payment for the total that answered. */
async function openReducedIntent(shopper: Shopper): Promise<string> {
  const { addressId: shippingAddressId } = shopper;
  await world.as(shopper, () => world.orders().calculate({ shippingAddressId, couponCode: CODE }));
  return await world.openIntent(shopper, REDUCED);
}

/** The lines of the order as they are stored. */
async function storedReductions(orderId: string): Promise<unknown[]> {
  const { pool } = world.service.get(Database);
  const { rows } = await pool.query(
    'SELECT discount::text, reductions FROM order_items WHERE order_id = $1 ORDER BY position',
    [orderId],
  );
  return rows;
}

describe('a checkout with a coupon', () => {
  it('takes the discount off, says where each amount comes from, and counts one use', async () => {
    const promotion = world.shop.promote({ code: CODE, off: OFF, usesLeft: 5 });
    const shopper = world.shopper();
    const { addressId: shippingAddressId } = shopper;

    const quote = await world.as(shopper, () =>
      world.orders().calculate({ shippingAddressId, couponCode: CODE }),
    );
    const { orderId } = await confirm(shopper, await world.openIntent(shopper, REDUCED));
    const order = await world.as(shopper, () => world.orders().getOrder({ id: orderId }));

    expect([quote.discount?.minor, quote.total?.minor, quote.items[0]?.discount?.minor]).toEqual([
      OFF,
      REDUCED,
      OFF,
    ]);
    expect(
      quote.adjustments.map(({ type, amount, couponCode }) => [type, amount?.minor, couponCode]),
    ).toEqual([
      [AdjustmentType.BASE, 4_747n, undefined],
      [AdjustmentType.PROMOTION, -OFF, CODE],
      [AdjustmentType.SHIPPING, 599n, undefined],
      [AdjustmentType.TAX, 300n, undefined],
    ]);
    expect([order.discount?.minor, order.total?.minor, order.couponCode]).toEqual([OFF, REDUCED, CODE]);
    expect([...promotion.usedBy]).toEqual([`${orderId}:1`]);
    expect(promotion.usesLeft).toBe(4);
  });

  it('keeps with each line what its discount is made of, to the cent, and the invoice tells it', async () => {
    const promotion = world.shop.promote({ code: CODE, off: OFF, usesLeft: 5 });
    const shopper = world.shopper();
    const { orderId } = await confirm(shopper, await openReducedIntent(shopper));
    const { items } = await world.as(shopper, () => world.orders().getOrder({ id: orderId }));

    const source = { description: 'A promotion', promotionId: promotion.id, couponCode: CODE };
    expect(items.map(({ discount, reductions }) => [discount, reductions])).toEqual([
      [usd(OFF), [{ ...source, type: AdjustmentType.PROMOTION, amount: usd(-OFF), included: false }]],
      [usd(0n), []],
    ]);
    expect(await storedReductions(orderId)).toEqual([
      { discount: '1000', reductions: [{ ...source, type: 'promotion', amount: '-1000' }] },
      { discount: '0', reductions: [] },
    ]);
    const order = await world.service.get(OrderRepository).find(orderId);
    const invoice = {
      id: newId<'Invoice'>(),
      orderId,
      kind: 'INVOICE',
      year: 2026,
      sequence: 1,
      total: Money.of(REDUCED, 'USD'),
      reason: '',
      issuedAt: new Date(),
    } as const;
    expect(order && invoicePaper(invoice, order.state).lines.map(({ detail }) => detail)).toEqual([
      'LAMP-1, tax 2.40 USD, discount 10.00 USD (A promotion -10.00)',
      'MUG-1, tax 0.60 USD',
    ]);
  });

  it('keeps what a promotion was bounded by, so that the parts still sum to the discount', async () => {
    world.shop.promote({ code: CODE, off: 5_000n, usesLeft: 5 });
    const shopper = world.shopper();
    const { addressId: shippingAddressId } = shopper;
    await world.as(shopper, () => world.orders().calculate({ shippingAddressId, couponCode: CODE }));
    // The lamps at 39.98 are free: a mug at 7.49, shipping 5.99, tax 0.60.
    const { orderId } = await confirm(shopper, await world.openIntent(shopper, 1_408n));

    expect(await storedReductions(orderId)).toMatchObject([
      {
        discount: '3998',
        reductions: [
          { type: 'promotion', amount: '-5000' },
          { type: 'rounding', amount: '1002' },
        ],
      },
      { discount: '0', reductions: [] },
    ]);
  });

  it('is refused before anything is charged when the coupon was used up meanwhile', async () => {
    const promotion = world.shop.promote({ code: CODE, off: OFF });
    const shopper = world.shopper();
    const intent = await openReducedIntent(shopper);
    promotion.usesLeft = 0;

    await expect(confirm(shopper, intent)).rejects.toMatchObject({
      code: 'COUPON_INVALID',
      details: { reason: 'USED_UP' },
    });

    expect(world.payments.chargesOf(intent)).toEqual([]);
    expect(world.inventory.available.get(SKU_LAMP)).toBe(100);
    expect((await world.as(shopper, () => world.orders().listOrders({}))).orders).toEqual([]);
  });

  it('gives the use back when the payment is declined, and takes one again with the next try', async () => {
    const promotion = world.shop.promote({ code: CODE, off: OFF });
    const shopper = world.shopper();
    const intent = await openReducedIntent(shopper);

    await expect(confirm(shopper, intent, 'pm_declined')).rejects.toMatchObject({ code: 'PAYMENT_DECLINED' });
    await eventually(() => expect(promotion.usesLeft).toBe(1));
    const { orderId } = await confirm(shopper, intent);

    expect([...promotion.usedBy]).toEqual([`${orderId}:2`]);
    expect(promotion.usesLeft).toBe(0);
  });

  it('gives the use back when the order is cancelled', async () => {
    const promotion = world.shop.promote({ code: CODE, off: OFF });
    const shopper = world.shopper();
    const { orderId } = await confirm(shopper, await openReducedIntent(shopper));
    expect(promotion.usesLeft).toBe(0);

    const order = await world.as(shopper, () => world.orders().cancelOrder({ id: orderId }));

    expect(order.status).toBe(OrderStatus.CANCELLED);
    expect(promotion.usesLeft).toBe(1);
  });

  it('redeems once though the answer was lost', async () => {
    const promotion = world.shop.promote({ code: CODE, off: OFF, usesLeft: 5 });
    const shopper = world.shopper();
    const intent = await openReducedIntent(shopper);
    world.shop.faults.fail('redeemPromotions', 'after');

    await confirm(shopper, intent);

    expect(promotion.usesLeft).toBe(4);
  });
});
