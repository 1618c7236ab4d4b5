import { InventoryServiceDefinition, StockOperation } from '@vici/proto-gen/inventory';
import { asCaller, eventually, useService } from '@vici/testing';
import { newId } from '@vici/utils';
import { describe, expect, it } from 'vitest';
import { inventoryService } from '../inventory.service.js';
import { contradictions, inventoryOf } from './inventory.fixture.js';

const { SET, ADD, SUBTRACT } = StockOperation;
const service = useService(inventoryService, { RESERVATION_SWEEP_INTERVAL_MS: '3600000' });
const inventory = inventoryOf(service);

async function anotherWarehouse(): Promise<string> {
  const id = newId();
  await inventory.database().query.insertInto('warehouses').values({ id, code: id, name: 'West' }).execute();
  return id;
}

describe('stock levels', () => {
  it('come in the order asked for, with zeros for a SKU never stocked', async () => {
    const sku = await inventory.stocked(3);

    const { levels } = await service
      .client(InventoryServiceDefinition)
      .getStock({ skus: ['never', sku, 'never'] });

    expect(levels.map((level) => [level.sku, level.available])).toEqual([
      ['never', 0],
      [sku, 3],
      ['never', 0],
    ]);
  });

  it('add up over warehouses, and an order takes its units from one of them where it can', async () => {
    const warehouseId = await anotherWarehouse();
    const [sku, productId, orderId] = [`sku-${newId()}`, newId(), newId()];
    await inventory.change([
      { sku, productId, operation: SET, quantity: 3 },
      { sku, productId, operation: SET, quantity: 5, warehouseId },
    ]);

    await inventory.reserve(orderId, [{ sku, quantity: 5 }]);
    await inventory.reserve(newId(), [{ sku, quantity: 3 }]);
    await inventory.commit(orderId);

    expect(await inventory.level(sku)).toEqual({ onHand: 3, reserved: 3, available: 0 });
    const { rows } = await inventory
      .database()
      .pool.query("select warehouse_id, delta from stock_movements where sku = $1 and kind = 'SALE'", [sku]);
    expect(rows).toEqual([{ warehouse_id: warehouseId, delta: -5 }]);
  });

  it('of a split order come back where they were taken from', async () => {
    const warehouseId = await anotherWarehouse();
    const [sku, productId, orderId] = [`sku-${newId()}`, newId(), newId()];
    await inventory.change([
      { sku, productId, operation: SET, quantity: 3 },
      { sku, productId, operation: SET, quantity: 5, warehouseId },
    ]);
    const reserved = await inventory.reserve(orderId, [{ sku, quantity: 8 }]);
    await inventory.commit(orderId);
    await inventory.restock(orderId, [{ sku, quantity: 6 }]);
    await inventory.restock(orderId, [{ sku, quantity: 2 }]);

    expect(reserved.lines.map(({ quantity }) => quantity)).toEqual([8]);
    const { rows } = await inventory
      .database()
      .pool.query('select on_hand from stock_items where sku = $1 order by on_hand', [sku]);
    expect(rows).toEqual([{ on_hand: 3 }, { on_hand: 5 }]);
  });
});

describe('changing stock', () => {
  it('does all changes of a request or none', async () => {
    const [good, short, productId] = [await inventory.stocked(5), await inventory.stocked(1), newId()];

    const attempt = inventory.change([
      { sku: good, productId, operation: ADD, quantity: 1 },
      { sku: short, productId, operation: SUBTRACT, quantity: 2 },
    ]);

    await expect(attempt).rejects.toMatchObject({
      code: 'INSUFFICIENT_STOCK',
      details: { lines: [{ sku: short, requested: 2, available: 1, index: 1 }] },
    });
    expect(await inventory.level(good)).toEqual({ onHand: 5, reserved: 0, available: 5 });
  });

  it('happens once a reference, whoever repeats it, and refuses the reference for another change', async () => {
    const [sku, productId, reference] = [await inventory.stocked(5), newId(), newId()];
    const add = (quantity: number) =>
      inventory.change([{ sku, productId, operation: ADD, quantity }], reference);

    const answers = await Promise.all(Array.from({ length: 6 }, () => add(2)));

    for (const { levels } of answers) expect(levels).toMatchObject([{ sku, available: 7 }]);
    await expect(add(3)).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
    expect(await inventory.level(sku)).toMatchObject({ onHand: 7 });
  });

  it('never takes reserved units, but those of a lapsed reservation', async () => {
    const [sku, productId, orderId] = [await inventory.stocked(5), newId(), newId()];
    await inventory.reserve(orderId, [{ sku, quantity: 4 }]);
    const takeStock = () => inventory.change([{ sku, productId, operation: SET, quantity: 2 }]);

    await expect(takeStock()).rejects.toMatchObject({
      code: 'INSUFFICIENT_STOCK',
      details: { lines: [{ sku, requested: 3, available: 1 }] },
    });
    await inventory.lapse(orderId);
    await takeStock();

    expect(await inventory.level(sku)).toEqual({ onHand: 2, reserved: 0, available: 2 });
  });

  it('announces levels, with the sum over the SKUs of the product, and what they cross', async () => {
    const [red, blue, productId, variantId] = [`red-${newId()}`, `blue-${newId()}`, newId(), newId()];
    await inventory.change([
      { sku: red, productId, variantId, operation: SET, quantity: 6 },
      { sku: blue, productId, operation: SET, quantity: 10 },
    ]);
    await inventory.change(
      [{ sku: red, productId, variantId, operation: SUBTRACT, quantity: 1 }],
      newId(),
      'broken',
    );
    await inventory.change([{ sku: red, productId, variantId, operation: SET, quantity: 0 }]);

    await eventually(() => {
      const told = service.events().filter(({ subject }) => subject === productId);
      const base = { sku: red, productId, variantId, reserved: 0 };
      const low = { ...base, onHand: 5, available: 5, orderable: 5, productAvailable: 15, version: 2 };
      const gone = { ...base, onHand: 0, available: 0, orderable: 0, productAvailable: 10, version: 3 };
      expect(told.slice(4).map(({ type, data }) => [type, data])).toEqual([
        ['stock.changed', { ...low, reason: 'broken' }],
        ['stock.low', { ...low, threshold: 5 }],
        ['stock.changed', { ...gone, reason: 'delivery' }],
        ['stock.depleted', gone],
      ]);
      expect(told.slice(0, 4).map(({ type }) => type)).toEqual([
        'stock.changed',
        'stock.replenished',
        'stock.changed',
        'stock.replenished',
      ]);
    });
  });

  it('moves a SKU to the product named last, with its units', async () => {
    const [sku, before, after] = [`sku-${newId()}`, newId(), newId()];
    await inventory.change([{ sku, productId: before, operation: SET, quantity: 4 }]);
    await inventory.change([{ sku, productId: after, operation: ADD, quantity: 1 }]);

    const { rows } = await inventory
      .database()
      .pool.query('select product_id, available from product_stock where product_id = any($1)', [
        [before, after],
      ]);
    expect(rows).toHaveLength(2);
    expect(rows).toContainEqual({ product_id: before, available: 0 });
    expect(rows).toContainEqual({ product_id: after, available: 5 });
  });

  it('refuses a warehouse there is not, and callers who are neither system nor admin', async () => {
    const sku = `sku-${newId()}`;
    const change = { sku, productId: newId(), operation: SET, quantity: 1 };
    const shopper = () =>
      asCaller({ role: 'customer', userId: newId() }, () =>
        service
          .client(InventoryServiceDefinition)
          .changeStock({ changes: [change], reason: 'gift', reference: newId() }),
      );

    await expect(inventory.change([{ ...change, warehouseId: newId() }])).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await expect(shopper()).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(await inventory.level(sku)).toEqual({ onHand: 0, reserved: 0, available: 0 });
  });

  it('sets a thousand SKUs in one request', async () => {
    const changes = (operation: StockOperation) =>
      Array.from({ length: 1_000 }, (_, index) => ({
        sku: `bulk-${index}`,
        productId: newId(),
        operation,
        quantity: index + 1,
      }));
    await inventory.change(changes(SET));

    const start = performance.now();
    const { levels } = await inventory.change(changes(ADD));
    const elapsed = performance.now() - start;

    expect(levels).toHaveLength(1_000);
    expect(levels[999]).toMatchObject({ sku: 'bulk-999', available: 2_000 });
    // Half a second on a machine of its own; row by row it would be many seconds.
    expect(elapsed).toBeLessThan(5_000);
  });
});

describe('the ledger', () => {
  it('cannot be rewritten', async () => {
    const sku = await inventory.stocked(3);
    const { pool } = inventory.database();

    for (const attempt of [
      () => pool.query('update stock_movements set delta = 4 where sku = $1', [sku]),
      () => pool.query('delete from stock_movements where sku = $1', [sku]),
      () => pool.query('truncate stock_movements'),
    ]) {
      await expect(attempt()).rejects.toThrowError('stock_movements is append-only');
    }
    expect(await contradictions(inventory.database())).toEqual([]);
  });
});
