import { Money } from '@vici/utils/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PriceAdjustment } from './price-adjustment.js';
import { type PriceableLine, type PricingPolicies, priceOrder } from './price-order.js';
import { TabledShipping } from './shipping.policy.js';
import { TabledTax } from './tax.policy.js';

const policies: PricingPolicies = {
  shipping: new TabledShipping(),
  tax: new TabledTax(),
};
const to = (country: string) => ({ country, state: '', postalCode: '' });
const usd = (minor: bigint | number) => Money.of(minor, 'USD');
const line = (unit: number, quantity = 1, original = unit): PriceableLine => ({
  quantity,
  unitPrice: usd(unit),
  originalUnitPrice: usd(original),
  weightGrams: 100,
  discount: usd(0),
  reductions: [],
});
/** The line with so much taken off by a promotion. */
const reduced = (full: PriceableLine, off: number | bigint): PriceableLine => ({
  ...full,
  discount: usd(off),
  reductions: [{ type: 'promotion', amount: usd(off).negate(), description: 'Sale', promotionId: 'p-1' }],
});
/** What the entries that count sum to. */
const explained = (adjustments: readonly PriceAdjustment[]) =>
  adjustments.filter(({ included }) => included !== true).reduce((sum, { amount }) => sum + amount.minor, 0n);
const minors = (lines: PriceableLine[], country = 'US', with_: PricingPolicies = policies) => {
  const { subtotal, discount, shipping, tax, total, savings } = priceOrder(lines, to(country), with_);
  return [subtotal, discount, shipping, tax, total, savings].map(({ minor }) => minor);
};
describe('priceOrder', () => {
  it('charges 5.99 for shipping below 50.00 and nothing from there on', () => {
    expect(minors([line(4_999)])).toEqual([4_999n, 0n, 599n, 400n, 5_998n, 0n]);
    expect(minors([line(5_000)])).toEqual([5_000n, 0n, 0n, 400n, 5_400n, 0n]);
  });

  it('measures free shipping after the discount, and taxes what is left', () => {
    expect(minors([reduced(line(5_000), 1)])).toEqual([5_000n, 1n, 599n, 400n, 5_998n, 1n]);
  });

  it('rounds tax half-even on each line, not on the sum', () => {
    // 8 % of 0.50 is exactly 0.04; of 0.55 is 0.044; of 0.56 is 0.0448: each line stands alone.
    expect(minors([line(55), line(55), line(56)])[3]).toBe(12n);
    const halves = { ...policies, tax: new TabledTax({ US: { basisPoints: 500n, included: false } }) };
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

  it.each([
    ['CA', 'ON', 1_300n],
    ['CA', 'ontario', 1_300n],
    ['CA', 'QC', 1_498n],
    ['CA', 'AB', 500n],
    ['ES', 'Canarias', 0n],
  ])('to a region of %s, %s, the tax is of the region', (country, state, tax) => {
    const price = priceOrder([line(10_000)], { country, state, postalCode: '' }, policies);
    expect(price.tax.minor).toBe(tax);
  });

  it('offers the methods that serve the destination, and charges the chosen one', () => {
    const heavy = { ...line(2_000), weightGrams: 2_300 };
    const options = (country: string) =>
      priceOrder([heavy], to(country), policies).shippingOptions.map(({ code, price }) => [
        code,
        price.minor,
      ]);
    // Express: 12.99 for the first kilo, 1.50 for each half kilo begun after it.
    expect(options('US')).toEqual([
      ['standard', 599n],
      ['express', 1_299n + 3n * 150n],
      ['overnight', 2_499n],
    ]);
    expect(options('DE').map(([code]) => code)).toEqual(['standard', 'express']);
    const express = priceOrder([heavy], to('US'), policies, { shippingMethod: 'express' });
    expect([express.shippingMethod, express.shipping.minor, express.total.minor]).toEqual([
      'express',
      1_749n,
      2_000n + 1_749n + 160n,
    ]);
    expect(() => priceOrder([heavy], to('DE'), policies, { shippingMethod: 'overnight' })).toThrowError(
      expect.objectContaining({
        code: 'VALIDATION_FAILED',
        details: { fields: [{ field: 'shippingMethod', message: 'must be one of standard, express' }] },
      }),
    );
  });

  it('lets free shipping pay for the first method only', () => {
    const freeShipping = { promotionId: 'p-2', description: 'Free shipping' };
    const sent = (shippingMethod: string) => {
      const { shipping, shippingOptions, adjustments } = priceOrder([line(1_000)], to('US'), policies, {
        freeShipping,
        shippingMethod,
      });
      expect(shippingOptions.map(({ price }) => price.minor)).toEqual([0n, 1_299n, 2_499n]);
      return [shipping.minor, adjustments.some(({ type }) => type === 'promotion')];
    };
    expect(sent('standard')).toEqual([0n, true]);
    expect(sent('express')).toEqual([1_299n, false]);
  });

  it('counts the reductions of the running sale and the discount as savings', () => {
    expect(minors([line(1_999, 2, 2_499), line(749)])).toEqual([4_747n, 0n, 599n, 380n, 5_726n, 1_000n]);
    expect(minors([reduced(line(1_999, 2, 2_499), 98)])[5]).toBe(1_098n);
    expect(minors([line(2_000, 1, 1_500)])[5]).toBe(0n);
  });

  it('never takes off more than the goods cost', () => {
    expect(minors([reduced(line(700), 1_000)])).toEqual([700n, 700n, 599n, 0n, 599n, 700n]);
  });

  it('sends free of charge where a promotion pays, and explains line by line what the total is made of', () => {
    const lines = [reduced(line(1_000, 2), 100), line(500)];
    const free = { promotionId: 'p-2', description: 'Free shipping', couponCode: 'SHIP' };
    const price = priceOrder(lines, to('US'), policies, { freeShipping: free });
    const entries = (adjustments: readonly PriceAdjustment[]) =>
      adjustments.map(({ type, amount, promotionId }) => [type, amount.minor, promotionId]);

    expect([price.shipping.minor, price.total.minor]).toEqual([0n, 2_592n]);
    expect(entries(price.adjustments)).toEqual([
      ['base', 2_500n, undefined],
      ['promotion', -100n, 'p-1'],
      ['shipping', 599n, undefined],
      ['promotion', -599n, 'p-2'],
      ['tax', 192n, undefined],
    ]);
    expect(price.lines.map(({ adjustments }) => entries(adjustments))).toEqual([
      [
        ['base', 2_000n, undefined],
        ['promotion', -100n, 'p-1'],
        ['tax', 152n, undefined],
      ],
      [
        ['base', 500n, undefined],
        ['tax', 40n, undefined],
      ],
    ]);
  });

  it('refuses an empty cart, mixed currencies, and a currency without a tariff', () => {
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
        off: fc.integer({ min: -10, max: 20_000_000 }),
      }),
      { minLength: 1, maxLength: 20 },
    );
    const country = fc.constantFrom('US', 'DE', 'GB', 'VN', 'BR');
    fc.assert(
      fc.property(lines, country, fc.boolean(), (bought, where, free) => {
        const price = priceOrder(
          bought.map(({ unit, quantity, off }) => reduced(line(unit, quantity), off)),
          to(where),
          policies,
          free ? { freeShipping: { promotionId: 'p-2', description: 'Free shipping' } } : {},
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
        expect(explained(price.adjustments)).toBe(price.total.minor);
        for (const { totalPrice, discount, tax, adjustments } of price.lines) {
          const taxed = tax.included ? 0n : tax.amount.minor;
          expect(discount.minor <= totalPrice.minor).toBe(true);
          expect(explained(adjustments)).toBe(totalPrice.minor - discount.minor + taxed);
        }
      }),
    );
  });
});
