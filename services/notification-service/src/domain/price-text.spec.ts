import { describe, expect, it } from 'vitest';
import { priceText } from './price-text.js';

describe('priceText', () => {
  it.each([
    [2490, 'USD', '$24.90'],
    [123_456_789, 'USD', '$1,234,567.89'],
    [1200, 'JPY', '¥1,200'],
    [1500, 'KWD', 'KWD\u00a01.500'],
    [-5, 'EUR', '-€0.05'],
    [9_007_199_254_740_991, 'USD', '$90,071,992,547,409.91'],
  ])('writes %i minor units of %s as %s', (amountMinor, currency, expected) => {
    expect(priceText({ amountMinor, currency })).toBe(expected);
  });

  it('refuses what is no currency', () => {
    expect(() => priceText({ amountMinor: 1, currency: 'dollars' })).toThrowError(
      expect.objectContaining({ code: 'VALIDATION_FAILED' }),
    );
  });
});
