import {
  InventoryServiceDefinition,
  StockAdminServiceDefinition,
  StockOperation,
} from '@vici/proto-gen/inventory';
import { asCaller, eventually, useService, walkByCursor } from '@vici/testing';
import { newId } from '@vici/utils';
import { describe, expect, it } from 'vitest';
import { inventoryService } from '../inventory.service.js';
import { contradictions, inventoryOf } from './inventory.fixture.js';

const service = useService(inventoryService, { RESERVATION_SWEEP_INTERVAL_MS: '3600000' });
const inventory = inventoryOf(service);
const admin = { role: 'admin', userId: newId(), authSessionId: newId() } as const;
const api = () => service.client(StockAdminServiceDefinition);
const asAdmin = <T>(work: () => Promise<T>) => asCaller(admin, work);
const pool = () => inventory.database().pool;
const auditsOf = (sku: string) =>
  service
    .audits()
    .filter(({ data }) => data.target.id === sku)
    .map(({ data: { action, before, after, note } }) => ({ action, before, after, note }));

describe('the list of stock', () => {
  it('shows low and depleted SKUs by the threshold of each, page by page', async () => {
    const prefix = `list-${newId()}`;
    for (const [name, quantity] of [
      ['a', 0],
      ['b', 5],
      ['c', 6],
      ['d', 20],
    ] as const) {
      await inventory.stocked(quantity, { sku: `${prefix}-${name}` });
    }
    await asAdmin(() => api().setStockPolicy({ sku: `${prefix}-d`, lowStockThreshold: 20 }));
    const listed = async (
      filter: { low?: boolean; depleted?: boolean; fewestFirst?: boolean },
      page = { page: 1, limit: 20 },
    ) => {
      const found = await asAdmin(() => api().listStock({ search: prefix, ...filter, page }));
      return [found.entries.map(({ level }) => level?.sku.at(-1)).join(''), Number(found.page?.total)];
    };

    expect(await listed({})).toEqual(['abcd', 4]);
    expect(await listed({ low: true })).toEqual(['abd', 3]);
    expect(await listed({ low: false })).toEqual(['c', 1]);
    expect(await listed({ low: true, depleted: false })).toEqual(['bd', 2]);
    expect(await listed({ depleted: true })).toEqual(['a', 1]);
    expect(await listed({}, { page: 2, limit: 3 })).toEqual(['d', 4]);
    await inventory.stocked(1, { sku: `${prefix}-e` });
    expect(await listed({ fewestFirst: true })).toEqual(['aebcd', 5]);
    const walked = async (fewestFirst: boolean, meanwhile?: () => Promise<unknown>) => {
      const entries = await walkByCursor(async (page) => {
        const answer = await asAdmin(() => api().listStock({ search: prefix, fewestFirst, page }));
        return { items: answer.entries, page: answer.page };
      }, meanwhile);
      return entries.map(({ level }) => level?.sku.at(-1)).join('');
    };
    expect(await walked(true)).toBe('aebcd');
    expect(await walked(false, () => inventory.stocked(1, { sku: `${prefix}-0` }))).toBe('abcde');
  });

  it('is for those who may read stock, and changed by those who may write it', async () => {
    const customer = { role: 'customer', userId: newId(), authSessionId: newId() } as const;
    const refused = expect.objectContaining({ code: 'FORBIDDEN' });
    await expect(asCaller(customer, () => api().listStock({}))).rejects.toEqual(refused);
    await expect(asCaller(customer, () => api().checkDrift({}))).rejects.toEqual(refused);
    await expect(asCaller(customer, () => api().repairDrift({ reason: 'x' }))).rejects.toEqual(refused);
    await expect(asCaller(customer, () => api().setStockPolicy({ sku: 'x' }))).rejects.toEqual(refused);
  });
});

describe('the threshold of a SKU', () => {
  it('decides when the SKU is announced as low, and is audited', async () => {
    const sku = await inventory.stocked(12);
    const set = await asAdmin(() => api().setStockPolicy({ sku, lowStockThreshold: 10 }));
    await inventory.reserve(newId(), [{ sku, quantity: 2 }]);

    expect(set).toMatchObject({ lowStockThreshold: 10, level: { sku, available: 12 } });
    await eventually(() =>
      expect(service.events().filter(({ type, data }) => type === 'stock.low' && data.sku === sku)).toEqual([
        expect.objectContaining({ data: expect.objectContaining({ threshold: 10, available: 10 }) }),
      ]),
    );
    const [before, after] = [{ lowStockThreshold: 'default' }, { lowStockThreshold: 10 }];
    await eventually(() =>
      expect(auditsOf(sku)).toEqual([{ action: 'stock.threshold', before, after, note: undefined }]),
    );
    expect(await asAdmin(() => api().setStockPolicy({ sku }))).toMatchObject({ lowStockThreshold: 5 });
  });

  it('needs a SKU that was stocked and a number that is not negative', async () => {
    const set = (sku: string, lowStockThreshold: number) =>
      asAdmin(() => api().setStockPolicy({ sku, lowStockThreshold }));
    await expect(set(newId(), 1)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(set('x', -1)).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
      details: { fields: [{ field: 'lowStockThreshold' }] },
    });
  });
});

describe('a change of stock by an administrator', () => {
  it('is audited with what was and what is', async () => {
    const sku = await inventory.stocked(3);
    const change = { sku, productId: newId(), operation: StockOperation.SUBTRACT, quantity: 1 };
    const request = { changes: [change], reason: 'broken', reference: newId() };
    await asAdmin(() => service.client(InventoryServiceDefinition).changeStock(request));
    await asAdmin(() => service.client(InventoryServiceDefinition).changeStock(request));
    await eventually(() =>
      expect(auditsOf(sku)).toEqual([
        {
          action: 'stock.change',
          before: { onHand: 3, reserved: 0 },
          after: { productId: change.productId, onHand: 2, reserved: 0 },
          note: 'broken',
        },
      ]),
    );
  });
});

describe('a thousand changes by an administrator', () => {
  it('are one act, audited SKU by SKU, and none of them happens when one is refused', async () => {
    const [prefix, productId] = [`many-${newId()}`, newId()];
    const skus = Array.from({ length: 1_000 }, (_, index) => `${prefix}-${index}`);
    const change = (operation: StockOperation, quantities: (index: number) => number) => {
      const changes = skus.map((sku, index) => ({ sku, productId, operation, quantity: quantities(index) }));
      const request = { changes, reason: 'counted', reference: newId() };
      return asAdmin(() =>
        service.client(InventoryServiceDefinition).changeStock(request, { timeoutMs: 30_000 }),
      );
    };
    await change(StockOperation.SET, (index) => index);

    const refused = change(StockOperation.SUBTRACT, (index) => (index === 700 ? 701 : 1));

    await expect(refused).rejects.toMatchObject({
      code: 'INSUFFICIENT_STOCK',
      details: {
        lines: [
          { sku: skus[0], requested: 1, available: 0, index: 0 },
          { sku: skus[700], requested: 701, available: 700, index: 700 },
        ],
      },
    });
    const { rows } = await pool().query(
      'select count(*)::int as moved, sum(on_hand)::int as units from stock_items where sku = any($1) and version = 1',
      [skus],
    );
    expect(rows).toEqual([{ moved: 1_000, units: 499_500 }]);
    await eventually(() => expect(skus.flatMap(auditsOf)).toHaveLength(1_000), { timeoutMs: 20_000 });
  });
});

describe('the drift check', () => {
  it('finds what differs, repairs it once, and leaves a movement and an audit record', async () => {
    const [sku, clean] = [await inventory.stocked(10), await inventory.stocked(4)];
    await inventory.reserve(newId(), [{ sku, quantity: 3 }]);
    await pool().query('update stock_items set on_hand = 12, reserved = 5 where sku = $1', [sku]);
    const [{ product_id: productId }] = (
      await pool().query(
        'update product_stock set available = 99 where product_id = (select product_id from stock_items where sku = $1) returning product_id',
        [sku],
      )
    ).rows;

    const report = await asAdmin(() => api().checkDrift({}));
    const repaired = await asAdmin(() => api().repairDrift({ reason: 'counted the shelf' }));
    const again = await asAdmin(() => api().repairDrift({ reason: 'once more' }));

    const drift = { sku, onHand: 12, ledger: 10, reserved: 5, held: 3 };
    const product = { productId, productAvailable: 99, productSum: 7 };
    expect(report).toMatchObject({ found: 1, repaired: 0, drifts: [{ ...drift, ...product }] });
    expect(repaired).toMatchObject({ found: 1, repaired: 1, drifts: [{ sku }] });
    expect(again).toEqual({ drifts: [], found: 0, repaired: 0 });
    expect(await inventory.level(sku)).toEqual({ onHand: 12, reserved: 3, available: 9 });
    expect(await contradictions(inventory.database())).toEqual([]);
    const movements = await pool().query(
      "select sku, delta, reason from stock_movements where kind = 'REPAIR' and sku = any($1)",
      [[sku, clean]],
    );
    expect(movements.rows).toEqual([{ sku, delta: 2, reason: 'counted the shelf' }]);
    await eventually(() =>
      expect(auditsOf(sku)).toMatchObject([
        {
          action: 'stock.repair',
          before: { onHand: 12, ledger: 10, reserved: 5 },
          after: { onHand: 12, ledger: 12, reserved: 3 },
          note: 'counted the shelf',
        },
      ]),
    );
    await eventually(() =>
      expect(service.events()).toContainEqual(
        expect.objectContaining({
          type: 'stock.changed',
          data: expect.objectContaining({ sku, available: 9, productAvailable: 9 }),
        }),
      ),
    );
  });

  it('leaves more reserved units than the shelf holds to be counted by a person', async () => {
    const sku = await inventory.stocked(5);
    await inventory.reserve(newId(), [{ sku, quantity: 4 }]);
    await pool().query('update stock_items set on_hand = 2, reserved = 2 where sku = $1', [sku]);

    const repaired = await asAdmin(() => api().repairDrift({ reason: 'nightly' }));

    expect(repaired).toMatchObject({ found: 1, repaired: 0 });
    expect(await asAdmin(() => api().checkDrift({}))).toMatchObject({
      found: 1,
      drifts: [{ sku, onHand: 2, ledger: 2, reserved: 2, held: 4 }],
    });
  });
});

describe('the metrics', () => {
  it('count the SKUs whose last unit went', async () => {
    const sku = await inventory.stocked(2);
    const stockOuts = async () => {
      const text = await (await fetch(`http://127.0.0.1:${service.running.httpPort}/metrics`)).text();
      return Number(/^inventory_stock_outs_total\S* (\d+)/m.exec(text)?.[1] ?? 0);
    };
    const before = await stockOuts();
    await inventory.reserve(newId(), [{ sku, quantity: 2 }]);
    expect(await stockOuts()).toBe(before + 1);
  });
});
