import { describe, expect, it } from 'vitest';
import { PurchaseHistory } from './purchases.js';
import type { RetailRow } from './row.js';

function row(over: Partial<RetailRow>): RetailRow {
  return {
    invoice: '1',
    code: 'A',
    description: '',
    quantity: 1,
    at: 0,
    priceMilli: 1000,
    customer: 'ann',
    ...over,
  };
}

const left = (history: PurchaseHistory) =>
  Object.fromEntries(history.purchases().map(({ invoice, units }) => [invoice, Object.fromEntries(units)]));

describe('cancellations', () => {
  it('come out of the latest earlier purchase of the same customer and article first', () => {
    const history = new PurchaseHistory();
    history.addCancellation(row({ invoice: 'C9', quantity: -5, at: 30 }), 'A');
    history.addSale(row({ invoice: '1', quantity: 4, at: 10 }), 'A');
    history.addSale(row({ invoice: '2', quantity: 3, at: 20 }), 'A');
    history.addSale(row({ invoice: '2', quantity: 1, at: 20 }), 'B');
    history.addSale(row({ invoice: '3', quantity: 9, at: 40 }), 'A');
    history.addSale(row({ invoice: '4', quantity: 9, at: 5, customer: 'bo' }), 'A');
    expect(history.settle()).toEqual({ lines: 1, matched: 1, unitsTakenOut: 5, unitsWithoutPurchase: 0 });
    expect(left(history)).toEqual({ '4': { A: 9 }, '1': { A: 2 }, '2': { B: 1 }, '3': { A: 9 } });
  });

  it('that empty an invoice make it no purchase', () => {
    const history = new PurchaseHistory();
    history.addSale(row({ quantity: 80_995, at: 1 }), 'A');
    history.addCancellation(row({ quantity: -80_995, at: 2 }), 'A');
    history.settle();
    expect(history.purchases()).toEqual([]);
  });

  it('without purchase, or without customer, are counted and take nothing', () => {
    const history = new PurchaseHistory();
    history.addSale(row({ invoice: '1', quantity: 2, at: 10 }), 'A');
    history.addSale(row({ invoice: '2', quantity: 2, at: 10, customer: undefined }), 'A');
    history.addCancellation(row({ quantity: -3, at: 11 }), 'A');
    history.addCancellation(row({ quantity: -1, at: 5 }), 'B');
    history.addCancellation(row({ quantity: -2, at: 11, customer: undefined }), 'A');
    expect(history.settle()).toEqual({ lines: 3, matched: 0, unitsTakenOut: 2, unitsWithoutPurchase: 4 });
    expect(left(history)).toEqual({ '2': { A: 2 } });
  });
});

describe('purchases', () => {
  it('add up lines of the same article and stand in the order of time', () => {
    const history = new PurchaseHistory();
    history.addSale(row({ invoice: '2', at: 20, quantity: 1 }), 'A');
    history.addSale(row({ invoice: '1', at: 10, quantity: 2 }), 'A');
    history.addSale(row({ invoice: '1', at: 10, quantity: 3 }), 'A');
    expect(history.purchases().map(({ invoice, units }) => [invoice, units.get('A')])).toEqual([
      ['1', 5],
      ['2', 1],
    ]);
  });
});
