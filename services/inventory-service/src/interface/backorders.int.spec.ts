import { StockAdminServiceDefinition, StockOperation } from '@vici/proto-gen/inventory';
import { asCaller, eventually, useService } from '@vici/testing';
import { newId } from '@vici/utils';
import { afterEach, describe, expect, it } from 'vitest';
import { inventoryService } from '../inventory.service.js';
import { contradictions, inventoryOf } from './inventory.fixture.js';

const service = useService(inventoryService, { RESERVATION_SWEEP_INTERVAL_MS: '3600000' });
const inventory = inventoryOf(service);
const allow = (sku: string, allowed: boolean, limit?: number) =>
  asCaller({ role: 'admin', userId: newId(), authSessionId: newId() }, () =>
    service
      .client(StockAdminServiceDefinition)
      .setBackorderPolicy({ sku, allowed, ...(limit !== undefined && { limit }) }),
  );
const deliver = (sku: string, quantity: number, warehouseId?: string) =>
  inventory.change([
    { sku, productId: newId(), operation: StockOperation.ADD, quantity, ...(warehouseId && { warehouseId }) },
  ]);
const pool = () => inventory.database().pool;
async function salesOf(orderId: string): Promise<number[]> {
  const { rows } = await pool().query<{ delta: number }>(
    "select delta from stock_movements where order_id = $1 and kind in ('SALE', 'RESTOCK') order by id",
    [orderId],
  );
  return rows.map(({ delta }) => delta);
}
/** A SKU with so many units that may be backordered. */
async function backorderable(units: number, limit?: number): Promise<string> {
  const sku = await inventory.stocked(units);
  await allow(sku, true, limit);
  return sku;
}

afterEach(async () => expect(await contradictions(inventory.database())).toEqual([]));

describe('a SKU that may be backordered', () => {
  it('is reserved beyond the shelf up to its limit, and shows how much of it waits', async () => {
    const sku = await backorderable(3, 4);

    const { lines } = await inventory.reserve(newId(), [{ sku, quantity: 5 }]);

    expect(lines).toMatchObject([{ sku, quantity: 5, backordered: 2 }]);
    expect(await inventory.level(sku)).toEqual({ onHand: 3, reserved: 5, available: 0 });
    await expect(inventory.reserve(newId(), [{ sku, quantity: 3 }])).rejects.toMatchObject({
      code: 'INSUFFICIENT_STOCK',
      details: { lines: [{ sku, requested: 3, available: 2 }] },
    });
    await inventory.reserve(newId(), [{ sku, quantity: 2 }]);
    expect(await inventory.level(sku)).toEqual({ onHand: 3, reserved: 7, available: 0 });
  });

  it('is told of with what may be ordered, also when nothing but the policy changes', async () => {
    const sku = await inventory.stocked(0);
    await allow(sku, true, 10);
    const told = expect.objectContaining({ sku, available: 0, orderable: 10, productAvailable: 0 });
    await eventually(() =>
      expect(service.events()).toContainEqual(expect.objectContaining({ type: 'stock.changed', data: told })),
    );
    await eventually(() =>
      expect(service.audits().filter(({ data }) => data.target.id === sku)).toMatchObject([
        {
          data: {
            action: 'stock.backorders',
            before: { backorderLimit: 'none' },
            after: { backorderLimit: 10 },
          },
        },
      ]),
    );
  });

  it('is oversold by nobody else: without the flag, and after it was taken away', async () => {
    const [never, before] = [await inventory.stocked(1), await backorderable(0)];
    const orderId = newId();
    await inventory.reserve(orderId, [{ sku: before, quantity: 2 }]);
    await inventory.commit(orderId);
    await allow(before, false);

    for (const sku of [never, before]) {
      await expect(inventory.reserve(newId(), [{ sku, quantity: 2 }])).rejects.toMatchObject({
        code: 'INSUFFICIENT_STOCK',
      });
    }
    await deliver(before, 3);
    expect(await salesOf(orderId)).toEqual([-2]);
    expect(await inventory.level(before)).toEqual({ onHand: 1, reserved: 0, available: 1 });
  });

  it('never lets the shelf go below zero: what is sold beyond it is owed, and served by what comes', async () => {
    const sku = await backorderable(3);
    const [first, second] = [newId(), newId()];
    await inventory.reserve(first, [{ sku, quantity: 5 }]);
    await inventory.reserve(second, [{ sku, quantity: 2 }]);
    await inventory.commit(second);
    await inventory.commit(first);
    expect(await inventory.level(sku)).toEqual({ onHand: 0, reserved: 4, available: 0 });
    expect([await salesOf(first), await salesOf(second)]).toEqual([[-3], []]);

    await deliver(sku, 3);
    expect([await salesOf(first), await salesOf(second)]).toEqual([[-3, -2], [-1]]);
    await deliver(sku, 6);
    expect([await salesOf(first), await salesOf(second)]).toEqual([
      [-3, -2],
      [-1, -1],
    ]);
    expect(await inventory.level(sku)).toEqual({ onHand: 5, reserved: 0, available: 5 });
  });

  it('gives units that are released to the one who waits longest, and those of another warehouse too', async () => {
    const sku = await backorderable(2);
    const [holder, waiting] = [newId(), newId()];
    await inventory.reserve(holder, [{ sku, quantity: 2 }]);
    await inventory.reserve(waiting, [{ sku, quantity: 3 }]);
    await inventory.release(holder);
    expect((await inventory.commit(waiting)).lines).toMatchObject([{ quantity: 3, backordered: 1 }]);

    const west = newId();
    await pool().query('insert into warehouses (id, code, name) values ($1, $2, $3)', [west, west, 'West']);
    await deliver(sku, 4, west);

    expect(await salesOf(waiting)).toEqual([-2, -1]);
    expect(await inventory.level(sku)).toEqual({ onHand: 3, reserved: 0, available: 3 });
    await inventory.restock(waiting, [{ sku, quantity: 3 }]);
    expect(await inventory.level(sku)).toEqual({ onHand: 6, reserved: 0, available: 6 });
  });

  it('puts back only what left the shelf when an order that is owed some is cancelled', async () => {
    const sku = await backorderable(1);
    const orderId = newId();
    await inventory.reserve(orderId, [{ sku, quantity: 4 }]);
    await inventory.commit(orderId);

    await inventory.restock(orderId, [{ sku, quantity: 4 }]);

    expect(await salesOf(orderId)).toEqual([-1, 1]);
    expect(await inventory.level(sku)).toEqual({ onHand: 1, reserved: 0, available: 1 });
    await expect(inventory.restock(orderId, [{ sku, quantity: 1 }])).rejects.toMatchObject({
      code: 'LIMIT_EXCEEDED',
    });
  });

  it('is repaired like any other, owed units with it', async () => {
    const sku = await backorderable(1);
    const orderId = newId();
    await inventory.reserve(orderId, [{ sku, quantity: 3 }]);
    await inventory.commit(orderId);
    await pool().query('update stock_items set reserved = 5, backordered = 5 where sku = $1', [sku]);

    const report = await asCaller({ role: 'system' }, () =>
      service.client(StockAdminServiceDefinition).repairDrift({ reason: 'counted' }),
    );

    expect(report).toMatchObject({
      found: 1,
      repaired: 1,
      drifts: [{ sku, held: 2, backordered: 5, waiting: 2 }],
    });
    expect(await inventory.level(sku)).toEqual({ onHand: 0, reserved: 2, available: 0 });
  });

  it('needs a SKU that was stocked and a limit of at least one', async () => {
    await expect(allow(newId(), true)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(allow('x', true, 0)).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
      details: { fields: [{ field: 'limit' }] },
    });
  });
});
