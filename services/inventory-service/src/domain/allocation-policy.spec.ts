import { describe, expect, it } from 'vitest';
import { FewestParcelsPolicy } from './allocation-policy.js';
import type { StockItem } from './stock-item.js';

const item = (sku: string, warehouseId: string, onHand: number, reserved = 0): StockItem => ({
  sku,
  warehouseId,
  productId: 'p',
  variantId: undefined,
  onHand,
  reserved,
  backordered: 0,
  version: 1,
});

const allocate = (demand: Record<string, number>, items: StockItem[]) =>
  new FewestParcelsPolicy().allocate(
    Object.entries(demand).map(([sku, quantity]) => ({ sku, quantity })),
    (sku) => items.filter((candidate) => candidate.sku === sku),
  );

describe('FewestParcelsPolicy', () => {
  it('takes the whole order from one warehouse although another has more of a line', () => {
    const items = [item('a', 'east', 9), item('a', 'west', 2), item('b', 'west', 1)];

    expect(allocate({ a: 2, b: 1 }, items)).toEqual([
      { sku: 'a', warehouseId: 'west', quantity: 2 },
      { sku: 'b', warehouseId: 'west', quantity: 1 },
    ]);
  });

  it('splits a line over the fewest warehouses, the fullest first, never into reserved units', () => {
    const items = [item('a', 'east', 5, 3), item('a', 'north', 4), item('a', 'west', 3)];

    expect(allocate({ a: 6 }, items)).toEqual([
      { sku: 'a', warehouseId: 'north', quantity: 4 },
      { sku: 'a', warehouseId: 'west', quantity: 2 },
    ]);
  });

  it('keeps a line whole where no warehouse holds the whole order', () => {
    const items = [item('a', 'east', 3), item('a', 'west', 1), item('b', 'west', 2)];

    expect(allocate({ a: 3, b: 2 }, items)).toEqual([
      { sku: 'a', warehouseId: 'east', quantity: 3 },
      { sku: 'b', warehouseId: 'west', quantity: 2 },
    ]);
  });
});
