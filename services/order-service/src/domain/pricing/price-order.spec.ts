import { Money } from '@vici/utils/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type PriceableLine, type PricingPolicies, priceOrder } from './price-order.js';
import { NoPromotions } from './promotion.policy.js';
import { StandardShipping } from './shipping.policy.js';
import { CountryTax } from './tax.policy.js';

const policies: PricingPolicies = {
  shipping: new StandardShipping(),
  tax: new CountryTax(),
  promotions: new NoPromotions(),
};
const to = (country: string) => ({ country, state: '', postalCode: '' });
const usd = (minor: bigint | number) => Money.of(minor, 'USD');
const line = (unit: number, quantity = 1, original = unit): PriceableLine => ({
  quantity,
  unitPrice: usd(unit),
  originalUnitPrice: usd(original),
  weightGrams: 100,
});
const minors = (lines: PriceableLine[], country = 'US', with_: PricingPolicies = policies) => {
  const { subtotal, discount, shipping, tax, total, savings } = priceOrder(lines, to(country), with_);
  return [subtotal, discount, shipping, tax, total, savings].map(({ minor }) => minor);
};
/** Takes a fixed amount off. */
const off = (minor: bigint): PricingPolicies => ({
  ...policies,
  promotions: { discount: () => usd(minor) },
});

describe('priceOrder', () => {
  it('charges 5.99 for shipping below 50.00 and nothing from there on', () => {
    expect(minors([line(4_999)])).toEqual([4_999n, 0n, 599n, 400n, 5_998n, 0n]);
    expect(minors([line(5_000)])).toEqual([5_000n, 0n, 0n, 400n, 5_400n, 0n]);
  });

  it('measures free shipping after the discount, and taxes what is left', () => {
    expect(minors([line(5_000)], 'US', off(1n))).toEqual([5_000n, 1n, 599n, 400n, 5_998n, 1n]);
  });

  it('rounds tax half-even on each line, not on the sum', () => {
    // 8 % of 0.50 is exactly 0.04; of 0.55 is 0.044; of 0.56 is 0.0448: each line stands alone.
    expect(minors([line(55), line(55), line(56)])[3]).toBe(12n);
    const halves = { ...policies, tax: new CountryTax({ US: { basisPoints: 500n, included: false } }) };
    expect(minors([line(10)], 'US', halves)[3]).toBe(0n);
    expect(minors([line(30)], 'US', halves)[3]).toBe(2n);
  });

  it.each([
    ['US', 800n, 10_800n],
    ['VN', 1_000n, 11_000n],
    ['DE', 1_597n, 10_000n],
    ['GB', 1_667n, 10_000n],
    ['BR', 0n, 10_000n],
  ])('to %s adds the tax, or shows what the price contains', (country, tax, total) => {
    const price = priceOrder([line(10_000)], to(country), policies);
    expect([price.tax.minor, price.total.minor]).toEqual([tax, total]);
    expect(price.taxIncluded).toBe(total === 10_000n && tax > 0n);
  });

  it('counts the reductions of the running sale and the discount as savings', () => {
    expect(minors([line(1_999, 2, 2_499), line(749)])).toEqual([4_747n, 0n, 599n, 380n, 5_726n, 1_000n]);
    expect(minors([line(1_999, 2, 2_499)], 'US', off(98n))[5]).toBe(1_098n);
    expect(minors([line(2_000, 1, 1_500)])[5]).toBe(0n);
  });

  it('never takes off more than the goods cost', () => {
    expect(minors([line(700)], 'US', off(1_000n))).toEqual([700n, 700n, 599n, 0n, 599n, 700n]);
  });

  it('refuses an empty cart, mixed currencies, a coupon, and a currency without a tariff', () => {
    const euro: PriceableLine = {
      ...line(1),
      unitPrice: Money.of(1, 'EUR'),
      originalUnitPrice: Money.of(1, 'EUR'),
    };
    expect(() => priceOrder([], to('US'), policies)).toThrowError(
      expect.objectContaining({ code: 'CART_EMPTY' }),
    );
    expect(() => priceOrder([line(1), euro], to('US'), policies)).toThrowError(
      expect.objectContaining({ code: 'VALIDATION_FAILED' }),
    );
    expect(() => priceOrder([line(1)], to('US'), policies, 'SAVE')).toThrowError(
      expect.objectContaining({ code: 'COUPON_INVALID' }),
    );
    const dinar = { ...line(1), unitPrice: Money.of(1, 'KWD'), originalUnitPrice: Money.of(1, 'KWD') };
    expect(() => priceOrder([dinar], to('US'), policies)).toThrowError(
      expect.objectContaining({ code: 'VALIDATION_FAILED' }),
    );
  });

  it('is never negative and sums exactly, whatever is bought, taken off and taxed', () => {
    const lines = fc.array(
      fc.record({
        unit: fc.integer({ min: 0, max: 10_000_000 }),
        quantity: fc.integer({ min: 1, max: 999 }),
      }),
      { minLength: 1, maxLength: 20 },
    );
    const discount = fc.bigInt({ min: -1_000n, max: 10_000_000_000n });
    const country = fc.constantFrom('US', 'DE', 'GB', 'VN', 'BR');
    fc.assert(
      fc.property(lines, discount, country, (bought, taken, where) => {
        const price = priceOrder(
          bought.map(({ unit, quantity }) => line(unit, quantity)),
          to(where),
          off(taken),
        );
        for (const amount of [price.subtotal, price.discount, price.shipping, price.tax, price.total]) {
          expect(amount.isNegative()).toBe(false);
        }
        const expected = bought.reduce(
          (sum, { unit, quantity }) => sum + BigInt(unit) * BigInt(quantity),
          0n,
        );
        expect(price.lines.reduce((sum, { totalPrice }) => sum + totalPrice.minor, 0n)).toBe(expected);
        expect(price.subtotal.minor).toBe(expected);
        expect(price.discount.minor <= price.subtotal.minor).toBe(true);
        const added = price.taxIncluded ? 0n : price.tax.minor;
        expect(price.total.minor).toBe(
          price.subtotal.minor - price.discount.minor + price.shipping.minor + added,
        );
      }),
    );
  });
});
