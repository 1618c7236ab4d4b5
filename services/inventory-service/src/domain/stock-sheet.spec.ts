import { describe, expect, it } from 'vitest';
import { applyChanges, type StockChange, shortagesOfChanges } from './stock-change.js';
import type { StockItem } from './stock-item.js';
import { StockSheet } from './stock-sheet.js';
import { signalsOf } from './stock-signals.js';

const item = (over: Partial<StockItem> = {}): StockItem => ({
  sku: 'mug',
  warehouseId: 'main',
  productId: 'product',
  variantId: undefined,
  onHand: 10,
  reserved: 4,
  backordered: 0,
  version: 3,
  ...over,
});

const change = (operation: StockChange['operation'], quantity: number): StockChange => ({
  sku: 'mug',
  warehouseId: 'main',
  productId: 'product',
  variantId: undefined,
  operation,
  quantity,
});

describe('StockSheet', () => {
  it('counts one version on however many changes a transaction makes', () => {
    const sheet = new StockSheet([item()]);

    sheet.hold([{ sku: 'mug', warehouseId: 'main', quantity: 2 }]);
    sheet.sell([{ sku: 'mug', warehouseId: 'main', quantity: 5 }], {
      kind: 'SALE',
      reason: 'sold',
      reference: undefined,
      orderId: 'order',
    });

    expect(sheet.changedItems()).toEqual([item({ onHand: 5, reserved: 1, version: 4 })]);
    expect(sheet.movements).toEqual([
      {
        sku: 'mug',
        warehouseId: 'main',
        delta: -5,
        kind: 'SALE',
        reason: 'sold',
        reference: undefined,
        orderId: 'order',
      },
    ]);
  });

  it('gives the level over all warehouses before and after', () => {
    const sheet = new StockSheet([item(), item({ warehouseId: 'west', onHand: 1, reserved: 0, version: 1 })]);

    sheet.release([{ sku: 'mug', warehouseId: 'main', quantity: 4 }]);

    const level = {
      sku: 'mug',
      productId: 'product',
      variantId: undefined,
      onHand: 11,
      backorderLimit: undefined,
    };
    expect(sheet.changedLevels()).toEqual([
      {
        before: { ...level, reserved: 4, available: 7, orderable: 7, version: 4 },
        after: { ...level, reserved: 0, available: 11, orderable: 11, version: 5 },
      },
    ]);
  });

  it('refuses to give back more than was set aside', () => {
    const sheet = new StockSheet([item()]);

    expect(() => sheet.release([{ sku: 'mug', warehouseId: 'main', quantity: 5 }])).toThrowError(
      'SKU mug would have -1 reserved units',
    );
  });
});

describe('stock changes', () => {
  it('are done one after the other, each with its movement', () => {
    const sheet = new StockSheet([item()]);

    applyChanges(sheet, [change('SET', 7), change('ADD', 5), change('SUBTRACT', 2)], {
      reason: 'count',
      reference: 'r',
    });

    expect(sheet.find('mug', 'main')?.onHand).toBe(10);
    expect(sheet.movements.map(({ kind, delta }) => [kind, delta])).toEqual([
      ['SET', -3],
      ['ADD', 5],
      ['SUBTRACT', -2],
    ]);
  });

  it('are short where they would take reserved units, also by a SET', () => {
    const sheet = new StockSheet([item()]);

    expect(shortagesOfChanges(sheet, [change('SUBTRACT', 6)])).toEqual([]);
    expect(shortagesOfChanges(sheet, [change('SUBTRACT', 7)])).toEqual([
      { sku: 'mug', requested: 7, available: 6, index: 0 },
    ]);
    expect(shortagesOfChanges(sheet, [change('SET', 3)])).toEqual([
      { sku: 'mug', requested: 7, available: 6, index: 0 },
    ]);
  });
});

describe('signalsOf', () => {
  const signals = (before: number, after: number) => {
    const level = (available: number) => ({
      sku: 'mug',
      productId: 'product',
      variantId: undefined,
      onHand: available,
      reserved: 0,
      available,
      orderable: available,
      version: 1,
    });
    return signalsOf({ before: level(before), after: level(after) }, 5);
  };

  it('tells of the crossing, not of the state', () => {
    expect(signals(6, 5)).toEqual(['stock.low']);
    expect(signals(5, 4)).toEqual([]);
    expect(signals(1, 0)).toEqual(['stock.depleted']);
    expect(signals(0, 1)).toEqual(['stock.replenished']);
    expect(signals(9, 0)).toEqual(['stock.low', 'stock.depleted']);
    expect(signals(0, 0)).toEqual([]);
  });
});
