import { OrderStatus } from '@vici/proto-gen/order';
import { eventually } from '@vici/testing';
import { describe, expect, it } from 'vitest';
import {
  expectOutOfTime,
  type Shopper,
  SKU_LAMP,
  TOTAL,
  useCheckoutWorld,
} from './fixtures/checkout-world.fixture.js';

const world = useCheckoutWorld({ CHECKOUT_DEADLINE_SECONDS: '2', CHECKOUT_LEASE_MS: '600' });
const PATIENT = { timeoutMs: 20_000 };

async function statusOfOnlyOrder(shopper: Shopper) {
  const { orders } = await world.as(shopper, () => world.orders().listOrders({}));
  return orders.map(({ status }) => status);
}

describe('a checkout that is not paid in time', () => {
  it('after a decline is cancelled with its intent, and tells why', async () => {
    const shopper = world.shopper();
    const intent = await world.openIntent(shopper);
    await expect(world.confirm(shopper, intent, 'pm_declined')).rejects.toMatchObject({
      code: 'PAYMENT_DECLINED',
    });
    await eventually(
      async () => expect(await statusOfOnlyOrder(shopper)).toEqual([OrderStatus.CANCELLED]),
      PATIENT,
    );
    expect(world.inventory.available.get(SKU_LAMP)).toBe(100);
    expect(world.payments.intents.get(intent)?.status).toBe('PAYMENT_STATUS_CANCELLED');
    await eventually(() => {
      const cancelled = world.service.events().filter(({ type }) => type === 'order.cancelled');
      expect(cancelled.map(({ data }) => data)).toMatchObject([
        { reason: 'payment not finished in time', order: { userId: shopper.userId, status: 'CANCELLED' } },
      ]);
    });
    await expect(world.confirm(shopper, intent)).rejects.toMatchObject({ code: 'PAYMENT_INTENT_USED' });
  });

  it('because the payment service does not answer is undone only when that has said the money did not move', async () => {
    const shopper = world.shopper();
    const intent = await world.openIntent(shopper);
    world.payments.faults.fail('captureIntent', 'before', 'SERVICE_UNAVAILABLE', 1_000);
    world.payments.faults.fail('cancelIntent', 'before', 'SERVICE_UNAVAILABLE', 3);
    await world
      .confirm(shopper, intent, 'pm_card_visa', { deadline: Date.now() + 600 })
      .catch(expectOutOfTime);
    await eventually(
      async () => expect(await statusOfOnlyOrder(shopper)).toEqual([OrderStatus.CANCELLED]),
      PATIENT,
    );
    expect(world.payments.chargesOf(intent)).toEqual([]);
    expect(world.inventory.available.get(SKU_LAMP)).toBe(100);
  });

  it('but whose money had moved unnoticed is confirmed, not cancelled', async () => {
    const shopper = world.shopper();
    const intent = await world.openIntent(shopper);
    world.payments.faults.fail('captureIntent', 'after', 'INTERNAL', 1_000);
    world.payments.faults.fail('getIntent', 'before', 'INTERNAL', 4);
    await world
      .confirm(shopper, intent, 'pm_card_visa', { deadline: Date.now() + 600 })
      .catch(expectOutOfTime);
    await eventually(
      async () => expect(await statusOfOnlyOrder(shopper)).toEqual([OrderStatus.CONFIRMED]),
      PATIENT,
    );
    expect(world.payments.chargesOf(intent).map(({ minor }) => minor)).toEqual([TOTAL]);
    expect(world.payments.refundsOf(intent)).toEqual([]);
    // Time was up before the charge was known of: it was asked for, not assumed.
    expect(world.payments.faults.calls('cancelIntent')).toBeGreaterThanOrEqual(1);
  });

  it.each([
    'order.saga.after-claim-intent',
    'order.saga.before-redeem-promotions',
    'order.saga.after-redeem-promotions',
    'order.saga.before-create-order',
  ])('because its process died at %s leaves nothing held, whatever was stored of it', async (point) => {
    const shopper = world.shopper();
    const promotion = world.shop.promote();
    const intent = await world.openIntent(shopper);
    const died = world.dieAt(point);
    const waiting = world
      .confirm(shopper, intent, 'pm_card_visa', { deadline: Date.now() + 600 })
      .catch(expectOutOfTime);
    await died;
    // Whoever goes on gets nowhere until the time is up.
    world.payments.faults.fail('claimIntent', 'before', 'SERVICE_UNAVAILABLE', 1_000);
    await waiting;
    await eventually(
      () => expect(world.payments.intents.get(intent)?.status).toBe('PAYMENT_STATUS_CANCELLED'),
      PATIENT,
    );
    expect(await statusOfOnlyOrder(shopper)).toEqual([]);
    expect(world.inventory.available.get(SKU_LAMP)).toBe(100);
    expect(promotion.usesLeft).toBe(1);
  });
});
