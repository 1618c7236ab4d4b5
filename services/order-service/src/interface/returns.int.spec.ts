import { OrderStatus, ReturnStatus } from '@vici/proto-gen/order';
import { asCaller, eventually, walkByCursor } from '@vici/testing';
import { newId } from '@vici/utils';
import { describe, expect, it } from 'vitest';
import { type Shopper, SKU_LAMP, useCheckoutWorld } from './fixtures/checkout-world.fixture.js';

const world = useCheckoutWorld();
const usd = (minor: bigint) => ({ minor, currency: 'USD' });
const ADMIN = { role: 'admin', userId: newId() } as const;

async function delivered() {
  const shopper = world.shopper();
  const intent = await world.openIntent(shopper);
  const { orderId } = await world.confirm(shopper, intent);
  await asCaller(ADMIN, () => world.orders().advanceOrder({ id: orderId, status: OrderStatus.SHIPPED }));
  const { items } = await world.as(shopper, () => world.orders().getOrder({ id: orderId }));
  const [lamps = '', mug = ''] = items.map((item) => item.id);
  return { shopper, intent, orderId, lamps, mug };
}

const ask = (
  shopper: Shopper,
  orderId: string,
  orderItemId: string,
  quantity: number,
  idempotencyKey?: string,
) =>
  world.as(
    shopper,
    () => world.orders().requestReturn({ orderId, lines: [{ orderItemId, quantity }], reason: 'too bright' }),
    idempotencyKey === undefined ? {} : { idempotencyKey },
  );
const decide = (id: string, status: ReturnStatus, over: object = {}) =>
  asCaller(ADMIN, () => world.orders().advanceReturn({ id, status, ...over }, { timeoutMs: 15_000 }));

describe('a return', () => {
  it('is asked for, approved, received and refunded for what was paid, and what is fit goes back on the shelf', async () => {
    const { shopper, intent, orderId, lamps } = await delivered();
    const asked = await ask(shopper, orderId, lamps, 2);
    // Two lamps at 19.99 with 3.20 tax.
    expect(asked).toMatchObject({ status: ReturnStatus.REQUESTED, value: usd(4_318n), reason: 'too bright' });
    await decide(asked.id, ReturnStatus.APPROVED, { note: 'use the label in the parcel' });
    await decide(asked.id, ReturnStatus.APPROVED);
    await decide(asked.id, ReturnStatus.RECEIVED, { restock: [{ orderItemId: lamps, quantity: 1 }] });
    const done = await decide(asked.id, ReturnStatus.REFUNDED);
    expect(done).toMatchObject({ status: ReturnStatus.REFUNDED, refunded: usd(4_318n) });
    await decide(asked.id, ReturnStatus.REFUNDED);
    expect(world.payments.refundsOf(intent)).toEqual([4_318n]);
    expect(world.inventory.available.get(SKU_LAMP)).toBe(99);
    const order = await world.as(shopper, () => world.orders().getOrder({ id: orderId }));
    expect(order).toMatchObject({ status: OrderStatus.SHIPPED, refunded: usd(4_318n) });
    await eventually(() =>
      expect(world.auditOf(asked.id)).toEqual([
        ['return.advance', 'admin', 'REQUESTED', 'APPROVED'],
        ['return.advance', 'admin', 'APPROVED', 'RECEIVED'],
      ]),
    );
  });

  it('tells of each of its steps once, with the order and what the staff said', async () => {
    const { shopper, orderId, lamps } = await delivered();
    const asked = await ask(shopper, orderId, lamps, 1);
    await decide(asked.id, ReturnStatus.APPROVED, { note: 'use the label' });
    await decide(asked.id, ReturnStatus.APPROVED, { note: 'use the label' });
    await decide(asked.id, ReturnStatus.RECEIVED);
    await decide(asked.id, ReturnStatus.REFUNDED);
    await decide(asked.id, ReturnStatus.REFUNDED);
    // One of two lamps at 19.99 with 3.20 tax.
    const worth = { amountMinor: 2_159, currency: 'USD' };
    const of = { returnId: asked.id, lines: [{ orderItemId: lamps, quantity: 1 }], value: worth };
    await eventually(() =>
      expect(world.returnUpdates(orderId)).toEqual([
        { ...of, status: 'REQUESTED', note: '' },
        { ...of, status: 'APPROVED', note: 'use the label' },
        { ...of, status: 'RECEIVED', note: '' },
        { ...of, status: 'REFUNDED', note: '', refunded: worth },
      ]),
    );
  });

  it('tells of nothing when its decision is refused', async () => {
    const { shopper, orderId, lamps } = await delivered();
    const asked = await ask(shopper, orderId, lamps, 1);
    await expect(decide(asked.id, ReturnStatus.RECEIVED)).rejects.toMatchObject({
      code: 'INVALID_TRANSITION',
    });
    await decide(asked.id, ReturnStatus.REJECTED, { note: 'worn' });
    await eventually(() =>
      expect(world.returnUpdates(orderId).map(({ status, note }) => [status, note])).toEqual([
        ['REQUESTED', ''],
        ['REJECTED', 'worn'],
      ]),
    );
  });

  it('is never of more than was bought and has not come back, however many are asked for at once', async () => {
    const { shopper, orderId, lamps } = await delivered();
    const both = await Promise.allSettled([ask(shopper, orderId, lamps, 2), ask(shopper, orderId, lamps, 1)]);
    expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await expect(ask(shopper, orderId, lamps, 2)).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
  });

  it('that is rejected frees its units for another one', async () => {
    const { shopper, orderId, lamps } = await delivered();
    const first = await ask(shopper, orderId, lamps, 2);
    await decide(first.id, ReturnStatus.REJECTED, { note: 'worn' });
    await ask(shopper, orderId, lamps, 2);
    const { returns } = await world.as(shopper, () => world.orders().listReturns({ orderId }));
    expect(returns.map(({ status, note }) => [status, note])).toEqual([
      [ReturnStatus.REQUESTED, ''],
      [ReturnStatus.REJECTED, 'worn'],
    ]);
    await expect(decide(first.id, ReturnStatus.APPROVED)).rejects.toMatchObject({
      code: 'INVALID_TRANSITION',
    });
  });

  it('is asked for once per idempotency key', async () => {
    const { shopper, orderId, lamps } = await delivered();
    const key = newId();
    const ids = await Promise.all([1, 2, 3].map(async () => (await ask(shopper, orderId, lamps, 1, key)).id));
    expect(new Set(ids).size).toBe(1);
  });

  it('one unit after the other is worth in sum what the line cost', async () => {
    const { shopper, orderId, lamps } = await delivered();
    const values = [await ask(shopper, orderId, lamps, 1), await ask(shopper, orderId, lamps, 1)].map(
      ({ value }) => value?.minor ?? 0n,
    );
    expect(values.reduce((sum, value) => sum + value, 0n)).toBe(4_318n);
  });

  it('is not of an order that has not left, nor of somebody else, nor decided by a shopper', async () => {
    const shopper = world.shopper();
    const { orderId } = await world.confirm(shopper, await world.openIntent(shopper));
    const { items } = await world.as(shopper, () => world.orders().getOrder({ id: orderId }));
    const line = items[0]?.id ?? '';
    await expect(ask(shopper, orderId, line, 1)).rejects.toMatchObject({ code: 'INVALID_TRANSITION' });
    await expect(ask(world.shopper(), orderId, line, 1)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const sent = await delivered();
    const asked = await ask(sent.shopper, sent.orderId, sent.mug, 1);
    const own = world.as(sent.shopper, () =>
      world.orders().advanceReturn({ id: asked.id, status: ReturnStatus.APPROVED }),
    );
    await expect(own).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(decide(asked.id, ReturnStatus.REFUNDED)).rejects.toMatchObject({
      code: 'INVALID_TRANSITION',
    });
    await decide(asked.id, ReturnStatus.APPROVED);
    const tooFit = decide(asked.id, ReturnStatus.RECEIVED, {
      restock: [{ orderItemId: sent.mug, quantity: 2 }],
    });
    await expect(tooFit).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
  });

  it('waits in the queue of the staff, the oldest first', async () => {
    const first = await delivered();
    const second = await delivered();
    const ids = [
      (await ask(first.shopper, first.orderId, first.mug, 1)).id,
      (await ask(second.shopper, second.orderId, second.mug, 1)).id,
    ];
    const { returns, page } = await asCaller({ role: 'support', userId: newId() }, () =>
      world.orders().searchReturns({ status: ReturnStatus.REQUESTED, page: { page: 1, limit: 100 } }),
    );
    expect(returns.map(({ id }) => id).slice(-2)).toEqual(ids);
    const walked = await walkByCursor(async (by) => {
      const answer = await asCaller({ role: 'support', userId: newId() }, () =>
        world.orders().searchReturns({ status: ReturnStatus.REQUESTED, page: by }),
      );
      return { items: answer.returns, page: answer.page };
    });
    expect(walked.map(({ id }) => id)).toEqual(returns.map(({ id }) => id));
    expect(page?.total).toBe(BigInt(returns.length));
  });
});
