import { setTimeout } from 'node:timers/promises';
import { Database } from '@vici/database';
import { createEvent } from '@vici/events';
import { ReservationStatus } from '@vici/proto-gen/inventory';
import { OrderStatus } from '@vici/proto-gen/order';
import { eventually, pauseAt } from '@vici/testing';
import { newId } from '@vici/utils';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { CheckoutSagaRepository } from '../application/ports/checkout-saga.repository.js';
import { CHECKOUT_STEPS } from '../domain/saga-record.js';
import {
  expectOutOfTime,
  type Shopper,
  SKU_LAMP,
  TOTAL,
  useCheckoutWorld,
} from './fixtures/checkout-world.fixture.js';

const world = useCheckoutWorld({ CHECKOUT_CONFIRM_GRACE_SECONDS: '0', CHECKOUT_LEASE_MS: '600' });
const PATIENT = { timeoutMs: 20_000 };

afterEach(() => vi.restoreAllMocks());

/** The only order of the shopper. */
async function onlyOrder(shopper: Shopper) {
  const { orders } = await world.as(shopper, () => world.orders().listOrders({}));
  expect(orders).toHaveLength(1);
  const [order] = orders;
  if (order === undefined) throw new Error('no order');
  return order;
}

/** Everything happened, and once. */
async function expectBoughtOnce(shopper: Shopper, intent: string): Promise<void> {
  await eventually(
    async () => expect((await onlyOrder(shopper)).status).toBe(OrderStatus.CONFIRMED),
    PATIENT,
  );
  const { id } = await onlyOrder(shopper);
  await eventually(() => expect(world.shop.cartOf(shopper.userId).lines).toEqual([]), PATIENT);
  expect(world.payments.chargesOf(intent).map(({ minor }) => minor)).toEqual([TOTAL]);
  expect(world.payments.refundsOf(intent)).toEqual([]);
  expect(world.inventory.statusOf(id)).toBe(ReservationStatus.COMMITTED);
  expect(world.inventory.available.get(SKU_LAMP)).toBe(98);
  await eventually(() => expect(world.eventTypes(id)).toEqual(['order.created', 'order.confirmed']), PATIENT);
}

/** Confirms until the run of the checkout breaks off at the checkpoint; the shopper goes on waiting, for whatever answer. */
async function confirmUntilDeath(shopper: Shopper, intent: string, point: string) {
  const died = world.dieAt(point);
  const waiting = world.confirm(shopper, intent).catch((error: unknown) => error);
  await died;
  return { waiting };
}

function paymentSucceeded(shopper: Shopper, intent: string) {
  return createEvent('payment.succeeded', {
    subject: intent,
    data: {
      paymentIntentId: intent,
      userId: shopper.userId,
      amount: { amountMinor: Number(TOTAL), currency: 'USD' },
      occurredAt: new Date().toISOString(),
    },
  });
}

describe('a process that dies in the middle of a checkout', () => {
  const points = CHECKOUT_STEPS.flatMap((step) => [`order.saga.before-${step}`, `order.saga.after-${step}`]);

  it.each(points)('at %s loses nothing: the worker finishes it, once', async (point) => {
    const shopper = world.shopper();
    const promotion = world.shop.promote();
    const intent = await world.openIntent(shopper);
    world.dieAt(point);
    await world
      .confirm(shopper, intent, 'pm_card_visa', { deadline: Date.now() + 1_000 })
      .catch(expectOutOfTime);
    await expectBoughtOnce(shopper, intent);
    expect(promotion.usesLeft).toBe(0);
  });

  it('with the units set aside still knows which of them are not on the shelf', async () => {
    const shopper = world.shopper();
    world.shop.promote();
    world.inventory.available.set(SKU_LAMP, 1);
    world.inventory.backorderable.set(SKU_LAMP, 5);
    const intent = await world.openIntent(shopper);
    world.dieAt('order.saga.after-reserve-stock');
    await world
      .confirm(shopper, intent, 'pm_card_visa', { deadline: Date.now() + 1_000 })
      .catch(expectOutOfTime);
    await eventually(
      async () => expect((await onlyOrder(shopper)).status).toBe(OrderStatus.CONFIRMED),
      PATIENT,
    );
    const { items } = await onlyOrder(shopper);
    expect(items.map(({ quantity, backordered }) => [quantity, backordered])).toEqual([
      [2, 1],
      [1, 0],
    ]);
  });

  it('with a promotion used gives the use back when the units are gone afterwards', async () => {
    const shopper = world.shopper();
    const promotion = world.shop.promote();
    const intent = await world.openIntent(shopper);
    const { waiting } = await confirmUntilDeath(shopper, intent, 'order.saga.after-redeem-promotions');
    world.inventory.expire(world.payments.intents.get(intent)?.orderId ?? '');
    world.inventory.available.set(SKU_LAMP, 1);
    expect(promotion.usesLeft).toBe(0);
    expect(await waiting).toMatchObject({ code: 'INSUFFICIENT_STOCK' });
    expect(promotion.usesLeft).toBe(1);
    expect(world.inventory.available.get(SKU_LAMP)).toBe(1);
  });

  it('before it has stored the end of what it finished has that found by the worker, once', async () => {
    const shopper = world.shopper();
    const intent = await world.openIntent(shopper);
    vi.spyOn(world.service.get(CheckoutSagaRepository), 'complete').mockRejectedValueOnce(new Error('gone'));
    expect((await world.confirm(shopper, intent)).status).toBe('success');
    await eventually(async () => {
      const saga = await world.service.get(CheckoutSagaRepository).findByIntent(intent);
      expect(saga?.state).toBe('completed');
    }, PATIENT);
    expect(world.shop.faults.calls('removePurchased')).toBe(2);
    await expectBoughtOnce(shopper, intent);
  });

  it('asks for nothing when it only stood still and another has its checkout', async () => {
    const shopper = world.shopper();
    const intent = await world.openIntent(shopper);
    using pause = pauseAt('order.saga.before-capture-payment');
    const waiting = world.confirm(shopper, intent);
    await pause.reached;
    const { pool } = world.service.get(Database);
    await pool.query(
      `UPDATE checkout_sagas SET lease_owner = $1, lease_until = now() + interval '0.6 s' WHERE payment_intent_id = $2`,
      [newId(), intent],
    );
    // Half a lease: from then on a run that has not stored anything looks whether the checkout is still its own.
    await setTimeout(300);
    pause.resume();
    expect((await waiting).status).toBe('success');
    expect(world.payments.faults.calls('captureIntent')).toBe(1);
    await expectBoughtOnce(shopper, intent);
  });

  it.each([
    'order.saga.before-undo-reserve-stock',
    'order.saga.after-undo-reserve-stock',
    'order.saga.before-settle',
  ])('at %s of a declined one still gives the stock back, and tells of the decline once', async (point) => {
    const shopper = world.shopper();
    const intent = await world.openIntent(shopper);
    world.dieAt(point);
    await expect(
      world.confirm(shopper, intent, 'pm_declined', { deadline: Date.now() + 2_000 }),
    ).rejects.toMatchObject({ code: 'PAYMENT_DECLINED' });
    await eventually(
      async () => expect((await onlyOrder(shopper)).status).toBe(OrderStatus.PAYMENT_FAILED),
      PATIENT,
    );
    const { id } = await onlyOrder(shopper);
    expect(world.inventory.available.get(SKU_LAMP)).toBe(100);
    await eventually(() => expect(world.eventTypes(id)).toEqual(['order.created', 'order.payment_failed']));
  });
});

describe('an upstream that fails', () => {
  it.each(['claimIntent', 'captureIntent'])(
    'after it has done its work in %s is asked again and nothing happens twice',
    async (method) => {
      const shopper = world.shopper();
      const intent = await world.openIntent(shopper);
      world.payments.faults.fail(method, 'after', 'DEADLINE_EXCEEDED', 3);
      expect((await world.confirm(shopper, intent)).status).toBe('success');
      await expectBoughtOnce(shopper, intent);
    },
  );

  it.each(['reserve', 'commitReservation'])(
    'after it has done its work in %s is asked again and nothing is taken twice',
    async (method) => {
      const shopper = world.shopper();
      const intent = await world.openIntent(shopper);
      world.inventory.faults.fail(method, 'after', 'DEADLINE_EXCEEDED', 3);
      expect((await world.confirm(shopper, intent)).status).toBe('success');
      await expectBoughtOnce(shopper, intent);
    },
  );

  it('for long does not make the waiting shopper a load on the database', async () => {
    const shopper = world.shopper();
    const intent = await world.openIntent(shopper);
    world.payments.faults.fail('captureIntent', 'before', 'SERVICE_UNAVAILABLE', 1_000);
    const { pool } = world.service.get(Database);
    let statements = 0;
    const count = (): void => {
      statements += 1;
    };
    pool.on('acquire', count);
    const confirmed = world.confirm(shopper, intent, 'pm_card_visa', { deadline: Date.now() + 4_000 });
    expectOutOfTime(await confirmed.catch((error: unknown) => error));
    pool.off('acquire', count);
    expect(statements).toBeLessThan(80);
    world.payments.faults.clear();
    await expectBoughtOnce(shopper, intent);
  });

  it('while the cart is cleared does not keep the shopper from the order', async () => {
    const shopper = world.shopper();
    const intent = await world.openIntent(shopper);
    world.shop.faults.fail('removePurchased', 'before', 'SERVICE_UNAVAILABLE', 3);
    expect((await world.confirm(shopper, intent)).status).toBe('success');
    await expectBoughtOnce(shopper, intent);
  });

  it('after the charge, with no word of how it ended, is asked what became of it instead of being undone', async () => {
    const shopper = world.shopper();
    const intent = await world.openIntent(shopper);
    world.payments.faults.fail('captureIntent', 'after', 'INTERNAL', 1);
    expect((await world.confirm(shopper, intent)).status).toBe('success');
    expect(world.payments.faults.calls('getIntent')).toBe(1);
    expect(world.payments.faults.calls('captureIntent')).toBe(1);
    await expectBoughtOnce(shopper, intent);
  });
});

describe('a paid order whose reservation has lapsed', () => {
  async function expireBeforeCommit(
    shopper: Shopper,
    left: number,
  ): Promise<{ intent: string; answer: unknown }> {
    const intent = await world.openIntent(shopper);
    const { waiting } = await confirmUntilDeath(shopper, intent, 'order.saga.before-commit-stock');
    // At once: whoever goes on with it must not have taken the units before.
    world.inventory.expire(world.payments.intents.get(intent)?.orderId ?? '');
    world.inventory.available.set(SKU_LAMP, left);
    const answer = await world.confirm(shopper, intent).catch((error: unknown) => error);
    await waiting;
    return { intent, answer };
  }

  it('gets its units again where there are some', async () => {
    const shopper = world.shopper();
    const { intent, answer } = await expireBeforeCommit(shopper, 100);
    expect(answer).toMatchObject({ status: 'success' });
    await expectBoughtOnce(shopper, intent);
  });

  it('is refunded and cancelled where there are none', async () => {
    const shopper = world.shopper();
    const { intent, answer } = await expireBeforeCommit(shopper, 1);
    expect(answer).toMatchObject({ code: 'INSUFFICIENT_STOCK' });
    const order = await onlyOrder(shopper);
    expect(order.status).toBe(OrderStatus.CANCELLED);
    expect(world.payments.refundsOf(intent)).toEqual([TOTAL]);
    expect(world.inventory.available.get(SKU_LAMP)).toBe(1);
    await eventually(() => expect(world.eventTypes(order.id)).toEqual(['order.created', 'order.cancelled']));
  });
});

describe('money that comes in by itself', () => {
  it('before the confirm is not charged a second time', async () => {
    const shopper = world.shopper();
    const intent = await world.openIntent(shopper);
    world.payments.payDirectly(intent);
    await world.service.publish(paymentSucceeded(shopper, intent));
    expect((await world.confirm(shopper, intent)).status).toBe('success');
    expect(world.payments.faults.calls('captureIntent')).toBe(0);
    await expectBoughtOnce(shopper, intent);
  });

  it('before the confirm goes back at once when the stock is gone', async () => {
    const shopper = world.shopper();
    const intent = await world.openIntent(shopper);
    world.payments.payDirectly(intent);
    world.inventory.available.set(SKU_LAMP, 0);
    await expect(world.confirm(shopper, intent)).rejects.toMatchObject({ code: 'INSUFFICIENT_STOCK' });
    expect(world.payments.refundsOf(intent)).toEqual([TOTAL]);
  });

  it('while the confirm still runs leads to the one order', async () => {
    const shopper = world.shopper();
    const intent = await world.openIntent(shopper);
    const { waiting } = await confirmUntilDeath(shopper, intent, 'order.saga.before-capture-payment');
    world.payments.payDirectly(intent);
    await world.service.publish(paymentSucceeded(shopper, intent));
    await expectBoughtOnce(shopper, intent);
    await waiting;
  });

  it('after a decline pays the same order', async () => {
    const shopper = world.shopper();
    const intent = await world.openIntent(shopper);
    await expect(world.confirm(shopper, intent, 'pm_declined')).rejects.toMatchObject({
      code: 'PAYMENT_DECLINED',
    });
    world.payments.payDirectly(intent);
    await world.service.publish(paymentSucceeded(shopper, intent));
    await eventually(
      async () => expect((await onlyOrder(shopper)).status).toBe(OrderStatus.CONFIRMED),
      PATIENT,
    );
    expect(world.inventory.available.get(SKU_LAMP)).toBe(98);
    expect(world.payments.chargesOf(intent)).toHaveLength(1);
  });

  it('without a confirm makes the order all the same, once', async () => {
    const shopper = world.shopper();
    await world.as(shopper, () => world.orders().calculate({ shippingAddressId: shopper.addressId }));
    const intent = await world.openIntent(shopper);
    world.payments.payDirectly(intent);
    await world.service.publish(paymentSucceeded(shopper, intent));
    await world.service.publish(paymentSucceeded(shopper, intent));
    await eventually(() => expectBoughtOnce(shopper, intent), PATIENT);
    expect((await world.confirm(shopper, intent)).orderId).toBe((await onlyOrder(shopper)).id);
  });

  it('without a confirm waits for the one that comes late, and leads to the same order', async () => {
    const shopper = world.shopper();
    const intent = await world.openIntent(shopper);
    world.payments.payDirectly(intent);
    await world.service.publish(paymentSucceeded(shopper, intent));
    expect((await world.confirm(shopper, intent)).status).toBe('success');
    await expectBoughtOnce(shopper, intent);
  });

  it.each([
    ['the cart has changed', (shopper: Shopper) => void world.shop.cartOf(shopper.userId).lines.pop()],
    ['the stock is gone', () => void world.inventory.available.set(SKU_LAMP, 0)],
  ])('without a confirm goes back, and is told of, when %s', async (_, change) => {
    const shopper = world.shopper();
    await world.as(shopper, () => world.orders().calculate({ shippingAddressId: shopper.addressId }));
    const intent = await world.openIntent(shopper);
    change(shopper);
    world.payments.payDirectly(intent);
    await world.service.publish(paymentSucceeded(shopper, intent));
    await eventually(() => expect(world.payments.untoldRefundsOf(intent)).toEqual([TOTAL]), PATIENT);
    expect((await world.as(shopper, () => world.orders().listOrders({}))).orders).toEqual([]);
  });

  it('for a cancelled order goes back, once, however often it is told', async () => {
    const shopper = world.shopper();
    const intent = await world.openIntent(shopper);
    await world.confirm(shopper, intent, 'pm_declined').catch(() => undefined);
    const { id } = await onlyOrder(shopper);
    await world.as(shopper, () => world.orders().cancelOrder({ id }));
    world.payments.payDirectly(intent);
    await world.service.publish(paymentSucceeded(shopper, intent));
    await eventually(() => expect(world.payments.refundsOf(intent)).toEqual([TOTAL]), PATIENT);
    const calls = world.payments.faults.calls('refund');
    await world.service.publish(paymentSucceeded(shopper, intent));
    await world.service.publish(paymentSucceeded(world.shopper(), newId()));
    await world.confirm(shopper, intent).catch(() => undefined);
    expect(world.payments.faults.calls('refund')).toBe(calls);
    expect((await onlyOrder(shopper)).status).toBe(OrderStatus.CANCELLED);
  });
});
