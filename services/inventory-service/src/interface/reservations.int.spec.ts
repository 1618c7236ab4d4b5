import { sql } from '@vici/database';
import { InventoryServiceDefinition, ReservationStatus } from '@vici/proto-gen/inventory';
import { asCaller, eventually, useService } from '@vici/testing';
import { newId } from '@vici/utils';
import { describe, expect, it } from 'vitest';
import { inventoryService } from '../inventory.service.js';
import { contradictions, inventoryOf } from './inventory.fixture.js';

// The sweeper is tested in a file of its own: here it must not come first.
const service = useService(inventoryService, { RESERVATION_SWEEP_INTERVAL_MS: '3600000' });
const inventory = inventoryOf(service);

describe('reserving', () => {
  it('sets all lines aside, those of the same SKU together, for twenty minutes', async () => {
    const [mug, cup] = [await inventory.stocked(10), await inventory.stocked(3)];
    const orderId = newId();
    const start = Date.now();

    const reservation = await inventory.reserve(orderId, [
      { sku: mug, quantity: 2 },
      { sku: cup, quantity: 3 },
      { sku: mug, quantity: 1 },
    ]);

    expect(reservation).toMatchObject({ orderId, status: ReservationStatus.ACTIVE });
    expect(reservation.lines.map(({ sku, quantity }) => [sku, quantity])).toEqual(
      [[mug, 3] as const, [cup, 3] as const].sort(([a], [b]) => (a < b ? -1 : 1)),
    );
    expect(Math.abs((reservation.expiresAt?.getTime() ?? 0) - start - 1_200_000)).toBeLessThan(10_000);
    expect(await inventory.level(mug)).toEqual({ onHand: 10, reserved: 3, available: 7 });
    expect(await inventory.level(cup)).toEqual({ onHand: 3, reserved: 3, available: 0 });
  });

  it('reserves nothing when one line is short, and names every short line', async () => {
    const [plenty, few, none] = [await inventory.stocked(10), await inventory.stocked(1), `none-${newId()}`];

    const attempt = inventory.reserve(newId(), [
      { sku: plenty, quantity: 1 },
      { sku: few, quantity: 2 },
      { sku: none, quantity: 1 },
    ]);

    const lines = [
      { sku: few, requested: 2, available: 1 },
      { sku: none, requested: 1, available: 0 },
    ].sort((a, b) => (a.sku < b.sku ? -1 : 1));
    await expect(attempt).rejects.toMatchObject({ code: 'INSUFFICIENT_STOCK', details: { lines } });
    expect(await inventory.level(plenty)).toEqual({ onHand: 10, reserved: 0, available: 10 });
  });

  it('returns the same reservation when asked again, with its time extended', async () => {
    const sku = await inventory.stocked(5);
    const orderId = newId();

    const first = await inventory.reserve(orderId, [{ sku, quantity: 2 }], 60);
    const again = await inventory.reserve(orderId, [{ sku, quantity: 2 }], 600);

    expect(again.id).toBe(first.id);
    expect((again.expiresAt?.getTime() ?? 0) - (first.expiresAt?.getTime() ?? 0)).toBeGreaterThan(500_000);
    expect(await inventory.level(sku)).toEqual({ onHand: 5, reserved: 2, available: 3 });
  });

  it('returns the same reservation to an order that has the last units, and refuses every other', async () => {
    const [sku, orderId] = [await inventory.stocked(2), newId()];
    const line = { sku, quantity: 2 };
    const first = await inventory.reserve(orderId, [line]);

    expect((await inventory.reserve(orderId, [line])).id).toBe(first.id);
    await expect(inventory.reserve(newId(), [line])).rejects.toMatchObject({ code: 'INSUFFICIENT_STOCK' });
    await inventory.commit(orderId);
    expect(await inventory.reserve(orderId, [line])).toMatchObject({
      id: first.id,
      status: ReservationStatus.COMMITTED,
    });
    expect(await inventory.level(sku)).toMatchObject({ onHand: 0, available: 0 });
  });

  it('refuses other lines while the order holds a reservation', async () => {
    const sku = await inventory.stocked(5);
    const orderId = newId();
    await inventory.reserve(orderId, [{ sku, quantity: 2 }]);

    await expect(inventory.reserve(orderId, [{ sku, quantity: 3 }])).rejects.toMatchObject({
      code: 'CONFLICT',
    });
  });

  it('makes a new reservation after a release, and returns a committed one as it is', async () => {
    const sku = await inventory.stocked(5);
    const orderId = newId();
    const first = await inventory.reserve(orderId, [{ sku, quantity: 2 }]);
    await inventory.release(orderId);

    const second = await inventory.reserve(orderId, [{ sku, quantity: 2 }]);
    await inventory.commit(orderId);
    const third = await inventory.reserve(orderId, [{ sku, quantity: 2 }]);

    expect(second.id).not.toBe(first.id);
    expect(third).toMatchObject({ id: second.id, status: ReservationStatus.COMMITTED });
    expect(await inventory.level(sku)).toEqual({ onHand: 3, reserved: 0, available: 3 });
  });

  it.each([
    ['a quantity of zero', { lines: [{ sku: 'a', quantity: 0 }] }, 'lines[0].quantity'],
    ['no lines', { lines: [] }, 'lines'],
    ['an empty SKU', { lines: [{ sku: ' ', quantity: 1 }] }, 'lines[0].sku'],
    ['a negative time', { lines: [{ sku: 'a', quantity: 1 }], ttlSeconds: -1 }, 'ttlSeconds'],
  ])('names the bad field of %s', async (_, request, field) => {
    const attempt = asCaller({ role: 'system' }, () =>
      service.client(InventoryServiceDefinition).reserve({ orderId: newId(), ...request }),
    );

    await expect(attempt).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
      details: { fields: [{ field }] },
    });
  });

  it('is closed to shoppers', async () => {
    const attempt = asCaller({ role: 'customer', userId: newId() }, () =>
      service
        .client(InventoryServiceDefinition)
        .reserve({ orderId: newId(), lines: [{ sku: 'a', quantity: 1 }] }),
    );

    await expect(attempt).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });
});

describe('a lapsed reservation', () => {
  it('counts as free at once: for the level shown and for the next order, without any sweep', async () => {
    const sku = await inventory.stocked(2);
    const [lapsed, next] = [newId(), newId()];
    const { id } = await inventory.reserve(lapsed, [{ sku, quantity: 2 }]);
    await inventory.lapse(lapsed);

    expect(await inventory.level(sku)).toEqual({ onHand: 2, reserved: 0, available: 2 });
    await inventory.reserve(next, [{ sku, quantity: 2 }]);

    expect(await inventory.level(sku)).toEqual({ onHand: 2, reserved: 2, available: 0 });
    await eventually(() => {
      expect(service.events()).toContainEqual(
        expect.objectContaining({
          type: 'reservation.expired',
          subject: lapsed,
          data: expect.objectContaining({ reservationId: id, orderId: lapsed }),
        }),
      );
    });
  });

  it('is extended, not taken back, when its own order asks again', async () => {
    const [sku, orderId] = [await inventory.stocked(1), newId()];
    const first = await inventory.reserve(orderId, [{ sku, quantity: 1 }]);
    await inventory.lapse(orderId);

    expect((await inventory.reserve(orderId, [{ sku, quantity: 1 }])).id).toBe(first.id);
  });

  it('is taken back whole when the next order wants only one of its SKUs', async () => {
    const [wanted, other] = [await inventory.stocked(1), await inventory.stocked(4)];
    const lapsed = newId();
    await inventory.reserve(lapsed, [
      { sku: wanted, quantity: 1 },
      { sku: other, quantity: 3 },
    ]);
    await inventory.lapse(lapsed);

    await inventory.reserve(newId(), [{ sku: wanted, quantity: 1 }]);

    expect(await inventory.level(wanted)).toEqual({ onHand: 1, reserved: 1, available: 0 });
    const { rows } = await inventory
      .database()
      .pool.query('select reserved from stock_items where sku = $1', [other]);
    expect(rows).toEqual([{ reserved: 0 }]);
  });

  it('is committed while its units are still held, whatever the time', async () => {
    const sku = await inventory.stocked(2);
    const orderId = newId();
    await inventory.reserve(orderId, [{ sku, quantity: 2 }]);
    await inventory.lapse(orderId);

    expect(await inventory.commit(orderId)).toMatchObject({ status: ReservationStatus.COMMITTED });
    expect(await inventory.level(sku)).toEqual({ onHand: 0, reserved: 0, available: 0 });
  });

  it('whose units went to another order cannot be committed', async () => {
    const sku = await inventory.stocked(2);
    const [late, quick] = [newId(), newId()];
    await inventory.reserve(late, [{ sku, quantity: 2 }]);
    await inventory.lapse(late);
    await inventory.reserve(quick, [{ sku, quantity: 1 }]);

    await expect(inventory.commit(late)).rejects.toMatchObject({
      code: 'RESERVATION_EXPIRED',
      details: { lines: [{ sku, requested: 2, available: 1 }] },
    });
    expect(await inventory.level(sku)).toEqual({ onHand: 2, reserved: 1, available: 1 });
  });

  it('whose units can be had again is committed once, with one sale in the ledger', async () => {
    const sku = await inventory.stocked(2);
    const [late, quick] = [newId(), newId()];
    await inventory.reserve(late, [{ sku, quantity: 2 }]);
    await inventory.lapse(late);
    await inventory.reserve(quick, [{ sku, quantity: 1 }]);
    await inventory.release(quick);

    const committed = await inventory.commit(late);
    const again = await inventory.commit(late);

    expect(committed.status).toBe(ReservationStatus.COMMITTED);
    expect(again.id).toBe(committed.id);
    const { rows } = await inventory
      .database()
      .pool.query("select delta, kind from stock_movements where sku = $1 and kind = 'SALE'", [sku]);
    expect(rows).toEqual([{ delta: -2, kind: 'SALE' }]);
  });
});

describe('committing and releasing', () => {
  it('commits once, also when asked many times at once', async () => {
    const sku = await inventory.stocked(5);
    const orderId = newId();
    await inventory.reserve(orderId, [{ sku, quantity: 2 }]);

    await Promise.all(Array.from({ length: 8 }, () => inventory.commit(orderId)));

    expect(await inventory.level(sku)).toEqual({ onHand: 3, reserved: 0, available: 3 });
  });

  it('gives units back once, and nothing for an order that never reserved', async () => {
    const sku = await inventory.stocked(5);
    const orderId = newId();
    await inventory.reserve(orderId, [{ sku, quantity: 2 }]);

    await Promise.all(Array.from({ length: 8 }, () => inventory.release(orderId)));
    await inventory.release(newId());

    expect(await inventory.level(sku)).toEqual({ onHand: 5, reserved: 0, available: 5 });
  });

  it('lets either the commit or the release win, never both', async () => {
    const sku = await inventory.stocked(5);
    const orders = Array.from({ length: 5 }, () => newId<'Order'>());
    for (const orderId of orders) await inventory.reserve(orderId, [{ sku, quantity: 1 }]);

    const outcomes = await Promise.all(
      orders.map((orderId) => Promise.allSettled([inventory.commit(orderId), inventory.release(orderId)])),
    );

    const sold = outcomes.filter(([commit]) => commit.status === 'fulfilled').length;
    for (const [commit, release] of outcomes) {
      expect([commit.status, release.status].sort()).toEqual(['fulfilled', 'rejected']);
      const failure =
        commit.status === 'rejected' ? commit.reason : release.status === 'rejected' && release.reason;
      expect(failure).toMatchObject({ code: 'INVALID_TRANSITION' });
    }
    expect(await inventory.level(sku)).toEqual({ onHand: 5 - sold, reserved: 0, available: 5 - sold });
  });

  it('does not sell what another process gave back while the commit waited for the stock', async () => {
    const sku = await inventory.stocked(5);
    const [orderId, other] = [newId(), newId()];
    await inventory.reserve(orderId, [{ sku, quantity: 2 }]);
    await inventory.reserve(other, [{ sku, quantity: 3 }]);
    const database = inventory.database();
    const waiting = () =>
      database.pool.query(`
        select from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock' and query like '%from stock_items%'`);
    let commit: Promise<unknown> | undefined;

    await database.transaction(async () => {
      await sql`select from stock_items where sku = ${sku} for update`.execute(database.query);
      commit = database.outsideTransaction(() => inventory.commit(orderId).catch((error: unknown) => error));
      await eventually(async () => expect((await waiting()).rowCount).toBe(1));
      await sql`update reservations set status = 'RELEASED' where order_id = ${orderId}`.execute(
        database.query,
      );
      await sql`update stock_items set reserved = 3, version = version + 1 where sku = ${sku}`.execute(
        database.query,
      );
      await sql`update product_stock set available = 2 where product_id = (
        select product_id from stock_items where sku = ${sku})`.execute(database.query);
    });

    expect(await commit).toMatchObject({ code: 'INVALID_TRANSITION' });
    expect(await inventory.level(sku)).toEqual({ onHand: 5, reserved: 3, available: 2 });
    await inventory.commit(other);
    expect(await inventory.level(sku)).toEqual({ onHand: 2, reserved: 0, available: 2 });
    expect(await contradictions(database)).toEqual([]);
  });

  it('does not commit what was never reserved', async () => {
    await expect(inventory.commit(newId())).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('restocking', () => {
  it('puts sold units back once a reference, and no more than were sold', async () => {
    const sku = await inventory.stocked(5);
    const orderId = newId();
    await inventory.reserve(orderId, [{ sku, quantity: 3 }]);
    await inventory.commit(orderId);

    await Promise.all(
      Array.from({ length: 4 }, () =>
        inventory.restock(orderId, [{ sku, quantity: 2 }], `return-${orderId}`),
      ),
    );
    const tooMany = inventory.restock(orderId, [{ sku, quantity: 2 }]);

    await expect(tooMany).rejects.toMatchObject({
      code: 'LIMIT_EXCEEDED',
      details: { sku, requested: 2, remaining: 1 },
    });
    expect(await inventory.level(sku)).toEqual({ onHand: 4, reserved: 0, available: 4 });
  });

  it('refuses units that are only reserved', async () => {
    const sku = await inventory.stocked(5);
    const orderId = newId();
    await inventory.reserve(orderId, [{ sku, quantity: 3 }]);

    await expect(inventory.restock(orderId, [{ sku, quantity: 1 }])).rejects.toMatchObject({
      code: 'INVALID_TRANSITION',
    });
  });
});
