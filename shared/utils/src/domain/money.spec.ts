import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isDomainError } from './errors.js';
import { Money, roundHalfEven } from './money.js';

const anyMinor = fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n });
const anyCurrency = fc.constantFrom('USD', 'EUR', 'JPY', 'KWD', 'CLF');

function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    return isDomainError(error) ? error.code : 'not a domain error';
  }
  return 'no error';
}

describe('roundHalfEven', () => {
  it.each([
    [5n, 2n, 2n],
    [7n, 2n, 4n],
    [-5n, 2n, -2n],
    [-7n, 2n, -4n],
    [5n, -2n, -2n],
    [1n, 3n, 0n],
    [2n, 3n, 1n],
    [-2n, 3n, -1n],
    [0n, 7n, 0n],
  ])('rounds %d / %d to %d', (numerator, denominator, expected) => {
    expect(roundHalfEven(numerator, denominator)).toBe(expected);
  });

  it('is never further than half a unit away, and even on a tie', () => {
    const denominators = fc.bigInt({ min: 1n, max: 10n ** 9n });
    fc.assert(
      fc.property(anyMinor, denominators, (numerator, denominator) => {
        const rounded = roundHalfEven(numerator, denominator);
        const difference = numerator - rounded * denominator;
        const twice = 2n * (difference < 0n ? -difference : difference);
        expect(twice <= denominator).toBe(true);
        expect(twice !== denominator || rounded % 2n === 0n).toBe(true);
      }),
    );
  });

  it('refuses to divide by zero', () => {
    expect(() => roundHalfEven(1n, 0n)).toThrow(RangeError);
  });
});

describe('Money', () => {
  it.each([
    [24.99, 'USD', 2499n],
    ['24.990', 'USD', 2499n],
    ['24.9', 'USD', 2490n],
    [0.1, 'USD', 10n],
    ['-0.05', 'EUR', -5n],
    [1200, 'JPY', 1200n],
    ['1200.00', 'JPY', 1200n],
    [1.234, 'KWD', 1234n],
    ['1.2345', 'CLF', 12345n],
    [-0, 'USD', 0n],
  ])('reads %s %s as %d minor units', (value, currency, minor) => {
    expect(Money.fromDecimal(value, currency).minor).toBe(minor);
  });

  it.each([
    [Number.NaN, 'USD'],
    [Number.POSITIVE_INFINITY, 'USD'],
    [1e21, 'USD'],
    [1e-7, 'USD'],
    ['', 'USD'],
    [' 1', 'USD'],
    ['1,50', 'USD'],
    ['1.', 'USD'],
    ['.5', 'USD'],
    ['0x10', 'USD'],
    [24.999, 'USD'],
    [0.1 + 0.2, 'USD'],
    ['0.5', 'JPY'],
    [1, 'usd'],
    [1, 'DOLLAR'],
  ])('refuses %s %s', (value, currency) => {
    expect(codeOf(() => Money.fromDecimal(value, currency))).toBe('VALIDATION_FAILED');
  });

  it('reads back every amount it writes, as text and as a number', () => {
    const numberSafe = fc.bigInt({ min: -(10n ** 14n), max: 10n ** 14n });
    fc.assert(
      fc.property(numberSafe, anyCurrency, (minor, currency) => {
        const money = Money.of(minor, currency);
        expect(Money.fromDecimal(money.toDecimalString(), currency).minor).toBe(minor);
        expect(Money.fromDecimal(money.toDecimal(), currency).minor).toBe(minor);
      }),
    );
  });

  it.each([
    [2490n, 'USD', '24.90', 24.9],
    [-5n, 'USD', '-0.05', -0.05],
    [1200n, 'JPY', '1200', 1200],
    [7n, 'KWD', '0.007', 0.007],
    [0n, 'USD', '0.00', 0],
  ])('writes %d %s as %s', (minor, currency, text, decimal) => {
    expect(Money.of(minor, currency).toDecimalString()).toBe(text);
    expect(Money.of(minor, currency).toDecimal()).toBe(decimal);
  });

  it('takes whole minor units only', () => {
    expect(codeOf(() => Money.of(1.5, 'USD'))).toBe('VALIDATION_FAILED');
    expect(codeOf(() => Money.of(2 ** 53, 'USD'))).toBe('VALIDATION_FAILED');
    expect(codeOf(() => Money.of(1, 'USD').multiply(0.5))).toBe('VALIDATION_FAILED');
    expect(codeOf(() => Money.of(1, ''))).toBe('VALIDATION_FAILED');
  });

  it('adds, subtracts, multiplies and negates exactly', () => {
    const price = Money.of(1999, 'USD');
    expect(price.add(Money.of(1, 'USD')).minor).toBe(2000n);
    expect(price.subtract(Money.of(2000, 'USD')).minor).toBe(-1n);
    expect(price.multiply(3).minor).toBe(5997n);
    expect(price.negate().minor).toBe(-1999n);
    expect(price.minor).toBe(1999n);
  });

  it.each([
    [1250n, 800n, 100n],
    [25n, 5000n, 12n],
    [35n, 5000n, 18n],
    [-25n, 5000n, -12n],
    [999n, 1000n, 100n],
  ])('%d minor units at %d basis points are %d', (minor, points, expected) => {
    expect(Money.of(minor, 'USD').basisPoints(points).minor).toBe(expected);
  });

  it('gives leftover units to the largest remainders, the first on a tie', () => {
    const minors = (money: Money, weights: bigint[]) => money.allocate(weights).map((part) => part.minor);
    expect(minors(Money.of(100, 'USD'), [1n, 1n, 1n])).toEqual([34n, 33n, 33n]);
    expect(minors(Money.of(-100, 'USD'), [1n, 1n, 1n])).toEqual([-34n, -33n, -33n]);
    expect(minors(Money.of(10, 'USD'), [5n, 0n, 2n])).toEqual([7n, 0n, 3n]);
    expect(minors(Money.of(0, 'USD'), [0n, 0n])).toEqual([0n, 0n]);
  });

  it('allocates exactly, each part within one unit of its share', () => {
    const weightLists = fc.array(fc.bigInt({ min: 0n, max: 10n ** 6n }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(anyMinor, weightLists, (minor, weights) => {
        const total = weights.reduce((sum, weight) => sum + weight, 0n);
        fc.pre(total > 0n);
        const parts = Money.of(minor, 'USD').allocate(weights);
        expect(parts.reduce((sum, part) => sum + part.minor, 0n)).toBe(minor);
        weights.forEach((weight, index) => {
          const offBy = (parts[index]?.minor ?? 0n) * total - minor * weight;
          expect(offBy < total && offBy > -total).toBe(true);
        });
      }),
    );
  });

  it('refuses weights that share nothing out', () => {
    expect(codeOf(() => Money.of(1, 'USD').allocate([0n]))).toBe('VALIDATION_FAILED');
    expect(codeOf(() => Money.of(1, 'USD').allocate([]))).toBe('VALIDATION_FAILED');
    expect(codeOf(() => Money.of(1, 'USD').allocate([2n, -1n]))).toBe('VALIDATION_FAILED');
  });

  it('compares within one currency and refuses to mix two', () => {
    const one = Money.of(1, 'USD');
    const two = Money.of(2, 'USD');
    expect([one.compare(two), two.compare(one), one.compare(one)]).toEqual([-1, 1, 0]);
    expect([one.min(two).minor, one.max(two).minor]).toEqual([1n, 2n]);
    expect(one.equals(Money.of(1, 'EUR'))).toBe(false);
    for (const act of [
      () => one.add(Money.of(1, 'EUR')),
      () => one.subtract(Money.of(1, 'EUR')),
      () => one.compare(Money.of(1, 'EUR')),
    ]) {
      expect(codeOf(act)).toBe('VALIDATION_FAILED');
    }
  });
});
