import { describe, expect, it } from 'vitest';
import { afterChange, figuresOf, type OrderChange, type OrderFact } from './order-fact.js';

const confirmed: OrderChange = {
  kind: 'confirmed',
  order: {
    orderId: 'o',
    userId: 'u',
    currency: 'USD',
    confirmedAt: 1_000,
    total: 4_279,
    lines: [{ productId: 'p', units: 2, revenue: 2_500 }],
  },
};
const after = (...changes: OrderChange[]) => changes.reduce<OrderFact | undefined>(afterChange, undefined);

describe('an order in the figures', () => {
  it('is its total, less what went back in parts', () => {
    const fact = after(confirmed, { kind: 'refunded', amount: 79 }, { kind: 'refunded', amount: 200 });
    expect(figuresOf(fact)).toEqual({
      orders: 1,
      revenue: 4_000,
      refunded: 279,
      lines: [{ productId: 'p', units: 2, revenue: 2_500 }],
    });
  });

  it('is still an order when all of it went back, and none once it is cancelled', () => {
    const refunded = after(confirmed, { kind: 'refunded', amount: 4_279 });
    expect(figuresOf(refunded)).toMatchObject({ orders: 1, revenue: 0, refunded: 4_279 });
    const cancelled = after(confirmed, { kind: 'refunded', amount: 79 }, { kind: 'cancelled' });
    expect(figuresOf(cancelled)).toEqual({ orders: 0, revenue: 0, refunded: 0, lines: [] });
  });

  it('counts once when its confirmation is told again, and keeps what happened since', () => {
    const fact = after(confirmed, { kind: 'refunded', amount: 79 }, confirmed);
    expect(figuresOf(fact)).toMatchObject({ orders: 1, revenue: 4_200 });
  });

  it('is unknown while it was never confirmed', () => {
    expect(after({ kind: 'cancelled' }, { kind: 'refunded', amount: 1 })).toBeUndefined();
    expect(figuresOf(undefined)).toMatchObject({ orders: 0, revenue: 0 });
  });
});
