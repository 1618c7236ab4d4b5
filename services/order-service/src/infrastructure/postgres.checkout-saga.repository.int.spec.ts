import { setTimeout as sleep } from 'node:timers/promises';
import { isCommitRefused } from '@vici/database';
import { eventsMigrations } from '@vici/events';
import { useTestDatabase } from '@vici/testing';
import { Logger, Money, newId } from '@vici/utils';
import { describe, expect, it } from 'vitest';
import type { Lease, NewSaga } from '../application/ports/checkout-saga.repository.js';
import { CHECKOUT_STEPS, type SagaRecord, type StepName, withDone } from '../domain/saga-record.js';
import type { OrderTables } from './order.tables.js';
import { PostgresCheckoutSagaRepository } from './postgres.checkout-saga.repository.js';
import { PostgresOrderNumbers } from './postgres.order-numbers.js';

const db = useTestDatabase<OrderTables>([eventsMigrations, new URL('../../migrations/', import.meta.url)]);
const logger = new Logger({ service: 'test', level: 'silent' });
const sagas = () => new PostgresCheckoutSagaRepository(db.database, logger);
const lease = (milliseconds = 10_000): Lease => ({ owner: newId(), milliseconds });

async function markPaid({ paymentIntentId }: SagaRecord) {
  return (await sagas().markPaid([paymentIntentId])).get(paymentIntentId);
}

function newSaga(over: Partial<NewSaga> = {}): NewSaga {
  const usd = (minor: number): Money => Money.of(minor, 'USD');
  const postal = {
    firstName: 'Ada',
    lastName: 'Byron',
    addressLine1: '1 Main St',
    city: 'Springfield',
    state: 'IL',
    postalCode: '62701',
    country: 'US',
    phone: '',
  };
  const line = { productId: newId(), sku: 'MUG-1', name: 'Mug', image: '', quantity: 2 };
  return {
    id: newId(),
    orderId: newId(),
    paymentIntentId: newId(),
    userId: newId(),
    deadlineMs: 60_000,
    context: {
      promotionIds: [],
      attemptKey: 'key-1',
      content: {
        lines: [
          {
            ...line,
            id: newId(),
            unitPrice: usd(749),
            totalPrice: usd(1_498),
            backordered: 0,
            discount: usd(20),
            reductions: [
              { type: 'promotion', amount: usd(-20), description: 'Spring', promotionId: newId() },
            ],
            tax: usd(120),
          },
        ],
        subtotal: usd(1_498),
        shipping: usd(599),
        shippingMethod: 'express',
        tax: usd(120),
        taxIncluded: true,
        discount: usd(0),
        total: usd(2_217),
        shippingAddress: { id: newId(), postal },
        email: 'ada@example.com',
        paymentMethod: 'pm_card_visa',
      },
    },
    ...over,
  };
}

async function started(saga: NewSaga, by: Lease): Promise<SagaRecord> {
  const record = await sagas().start(saga, by);
  if (record === undefined) throw new Error('the saga did not start');
  return record;
}

describe('a saga in the database', () => {
  it('comes back as it was stored, amounts and all', async () => {
    const saga = newSaga();
    const record = await started(saga, lease());
    expect(record).toMatchObject({ id: saga.id, state: 'running', attempt: 1, doneSteps: [], paid: false });
    expect(record.context).toEqual(saga.context);
    expect((await sagas().find(saga.id))?.context).toEqual(saga.context);
  });

  it('keeps which units are not on the shelf until the order is written', async () => {
    const owner = lease();
    const record = await started(newSaga(), owner);
    expect(record.backordered).toEqual([]);
    const backordered = [{ orderItemId: newId(), quantity: 2 }];
    await sagas().save({ ...record, doneSteps: ['reserve-stock'], backordered }, owner, { kind: 'hold' });
    expect((await sagas().find(record.id))?.backordered).toEqual(backordered);
  });

  it('is one per intent and one per key of the user, also when started at once', async () => {
    const intent = newSaga();
    const twins = Array.from({ length: 5 }, () => newSaga({ paymentIntentId: intent.paymentIntentId }));
    const begun = await Promise.all(twins.map((saga) => sagas().start(saga, lease())));
    expect(begun.filter((saga) => saga !== undefined)).toHaveLength(1);
    const userId = newId();
    const keyed = [newSaga({ userId, placeKey: 'k' }), newSaga({ userId, placeKey: 'k' })];
    expect(await sagas().start(keyed[0] ?? intent, lease())).toBeDefined();
    expect(await sagas().start(keyed[1] ?? intent, lease())).toBeUndefined();
  });

  it('is run by one owner until the lease lapses, and the former owner can no longer write', async () => {
    const first = lease();
    const record = await started(newSaga(), first);
    expect(await sagas().acquire(record.id, lease())).toBeUndefined();
    await sagas().renew(record.id, first);
    await db.database.pool.query('UPDATE checkout_sagas SET lease_until = now() WHERE id = $1', [record.id]);
    const takers = await Promise.all([lease(), lease()].map((next) => sagas().acquire(record.id, next)));
    expect(takers.filter((saga) => saga !== undefined)).toHaveLength(1);
    expect(
      await sagas().save({ ...record, doneSteps: ['claim-intent'] }, first, { kind: 'hold' }),
    ).toBeUndefined();
    expect((await sagas().find(record.id))?.doneSteps).toEqual([]);
  });

  it('is stored with the commit, which is refused to whoever lost the lease, and when a wish or the deadline came', async () => {
    const owner = lease();
    const record = await started(newSaga(), owner);
    const { id, orderId } = record;
    const store = (by: Lease, step: StepName) =>
      db.database.transaction(() => sagas().saveUnnoted(withDone(record, [step]), by));
    const change = (text: string) =>
      db.database.pool.query(`UPDATE checkout_sagas SET ${text} WHERE id = $1`, [id]);

    await store(owner, 'claim-intent');
    await expect(store(lease(), 'reserve-stock')).rejects.toSatisfy(isCommitRefused);
    await sagas().requestCancel(orderId, { reason: 'too dear', by: 'customer' });
    await expect(store(owner, 'reserve-stock')).rejects.toSatisfy(isCommitRefused);
    await change('cancel_request = NULL, deadline_at = now()');
    await expect(store(owner, 'reserve-stock')).rejects.toSatisfy(isCommitRefused);
    expect((await sagas().find(id))?.doneSteps).toEqual(['claim-intent']);

    await change(`deadline_at = now() + interval '1 minute', lease_until = now()`);
    await store(owner, 'reserve-stock');
    expect((await sagas().find(id))?.doneSteps).toEqual(['reserve-stock']);
    expect(await sagas().acquire(id, lease())).toBeUndefined();
  });

  it('is handed to one of several workers when it is due, never to two', async () => {
    const made = await Promise.all(Array.from({ length: 12 }, () => started(newSaga(), lease(1))));
    await sleep(10);
    const taken = await Promise.all([1, 2, 3].map(() => sagas().acquireDue(100, lease())));
    const ids = taken.flat().map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(made.every(({ id }) => ids.includes(id))).toBe(true);
  });

  it('that cannot be read is set aside and counted, and those beside it are run', async () => {
    const unreadable = await started(newSaga(), lease(1));
    const healthy = await started(newSaga(), lease(1));
    await db.database.pool.query(
      `UPDATE checkout_sagas SET done_steps = '{of-a-later-version}' WHERE id = $1`,
      [unreadable.id],
    );
    await sleep(10);
    expect((await sagas().acquireDue(100, lease())).map(({ id }) => id)).toContain(healthy.id);
    const { rows } = await db.database.pool.query(
      `SELECT attempts, last_error, lease_owner, next_run_at > now() + interval '20 seconds' AS later
       FROM checkout_sagas WHERE id = $1`,
      [unreadable.id],
    );
    expect(rows).toEqual([{ attempts: 1, last_error: 'UNREADABLE', lease_owner: null, later: true }]);
    await db.database.pool.query('UPDATE checkout_sagas SET next_run_at = NULL WHERE id = $1', [
      unreadable.id,
    ]);
  });

  it('tells its owner of a wish to cancel with the next write, and does not come to rest over it', async () => {
    const owner = lease();
    const record = await started(newSaga(), owner);
    const wish = { reason: 'changed my mind', by: 'customer' };
    expect(await sagas().requestCancel(record.orderId, wish)).toBe(record.id);
    await sagas().requestCancel(record.orderId, { reason: 'again', by: 'customer' });
    const held = await sagas().save(record, owner, { kind: 'hold' });
    expect(held?.cancelRequest).toEqual(wish);
    await sagas().save({ ...record, state: 'completed' }, owner, { kind: 'never' });
    expect(await sagas().acquire(record.id, lease())).toMatchObject({
      state: 'completed',
      cancelRequest: wish,
    });
  });

  it('is completed together with others, unless its lease is lost, and becomes due where a wish to cancel came in', async () => {
    const owners = [lease(), lease(), lease()];
    const [plain, lost, unwanted] = await Promise.all(owners.map((owner) => started(newSaga(), owner)));
    const wish = { reason: 'changed my mind', by: 'customer' };
    await sagas().requestCancel(unwanted?.orderId ?? '', wish);
    const held = [plain, lost, unwanted].map((saga, index) => ({
      id: saga?.id ?? '',
      owner: (saga === lost ? undefined : owners[index]?.owner) ?? newId(),
    }));

    await sagas().complete(held);

    const { rows } = await db.database.pool.query(
      `SELECT state, done_steps, lease_owner IS NULL AS free, next_run_at <= now() AS due FROM checkout_sagas
       WHERE id = ANY($1) ORDER BY array_position($1, id)`,
      [held.map(({ id }) => id)],
    );
    const done_steps = [...CHECKOUT_STEPS];
    expect(rows).toEqual([
      { state: 'completed', done_steps, free: true, due: null },
      { state: 'running', done_steps: [], free: false, due: true },
      { state: 'completed', done_steps, free: true, due: true },
    ]);
    await sagas().complete([{ id: lost?.id ?? '', owner: owners[1]?.owner ?? '' }]);
    expect(await sagas().acquire(unwanted?.id ?? '', lease(1))).toMatchObject({ cancelRequest: wish });
    await sagas().complete([]);
  });

  it('that is being run notes a payment for its run, and is due for nobody else', async () => {
    const owner = lease();
    const record = await started(newSaga(), owner);
    expect(await markPaid(record)).toBe('held');
    expect(await sagas().acquire(record.id, lease())).toBeUndefined();
    expect((await sagas().save(record, owner, { kind: 'hold' }))?.paid).toBe(true);
  });

  it('that took the money itself does not wait for being told of it', async () => {
    const owner = lease();
    const record = await started(newSaga(), owner);
    const captured = withDone(record, ['claim-intent', 'reserve-stock', 'create-order', 'capture-payment']);
    await sagas().save(captured, owner, { kind: 'hold' });
    expect(await markPaid(record)).toBe('known');
    expect((await sagas().save(captured, owner, { kind: 'hold' }))?.paid).toBe(false);
  });

  it('that waits for another try becomes due by a payment, and not again once the money went back', async () => {
    const owner = lease();
    const record = await started(newSaga(), owner);
    await sagas().save({ ...record, state: 'awaiting_retry' }, owner, { kind: 'deadline' });
    expect(await sagas().acquire(record.id, lease())).toBeUndefined();
    expect(await sagas().markPaid([newId(), record.paymentIntentId])).toEqual(
      new Map([[record.paymentIntentId, 'woken']]),
    );
    expect(await sagas().restart(record, record.context, 1_000, lease())).toBeUndefined();
    const next = lease();
    const due = await sagas().acquire(record.id, next);
    expect(due?.paid).toBe(true);
    const refunded: SagaRecord = { ...record, state: 'cancelled', refundId: newId() };
    await sagas().save(refunded, next, { kind: 'hold' });
    await sagas().save(refunded, next, { kind: 'never' });
    expect(await markPaid(record)).toBe('known');
    expect(await sagas().acquire(record.id, lease())).toBeUndefined();
  });

  it('is counted as stuck after enough failures', async () => {
    const owner = lease();
    const before = await sagas().countStuck(8);
    const record = await started(newSaga(), owner);
    await sagas().save({ ...record, failures: 8 }, owner, { kind: 'after', milliseconds: 60_000 });
    expect(await sagas().countStuck(8)).toBe(before + 1);
  });
});

describe('order numbers', () => {
  it('are unique over several processes that draw them at once, and start anew each year', async () => {
    const processes = [1, 2, 3].map(() => new PostgresOrderNumbers(db.database));
    const at = new Date('2031-06-01T00:00:00Z');
    const drawn = await Promise.all(
      Array.from({ length: 90 }, (_, index) => processes[index % 3]?.next(at) ?? Promise.resolve('')),
    );
    expect(new Set(drawn).size).toBe(90);
    expect(drawn).toContain('VIC-2031-000001');
    expect(await processes[0]?.next(new Date('2032-01-01T00:00:00Z'))).toBe('VIC-2032-000001');
  });
});
