import { Money } from '@vici/utils/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyPromotions, type DiscountableLine } from './apply-promotions.js';
import { type Circumstances, type ShopperHistory, UNKNOWN_SHOPPER } from './eligibility.js';
import type { Promotion, PromotionAction } from './promotion.js';

const usd = (minor: bigint | number) => Money.of(minor, 'USD');
const NOW = new Date('2026-06-01T12:00:00Z');
const line = (
  id: string,
  unit: number,
  quantity = 1,
  categoryPath: string[] = ['cups'],
): DiscountableLine => ({
  id,
  productId: `product-${id}`,
  categoryPath,
  quantity,
  unitPrice: usd(unit),
  totalPrice: usd(unit * quantity),
});
const promotion = (action: PromotionAction, over: Partial<Promotion> = {}): Promotion => ({
  id: 'p',
  name: 'A promotion',
  action,
  scope: { productIds: [], categoryIds: [] },
  firstOrder: false,
  exclusive: false,
  priority: 0,
  active: true,
  used: 0,
  createdAt: NOW,
  updatedAt: NOW,
  ...over,
});
const percent = (basisPoints: number): PromotionAction => ({ kind: 'percentage', basisPoints });
const fixed = (minor: number): PromotionAction => ({ kind: 'fixed', amount: usd(minor) });
const known = (over: Partial<ShopperHistory> = {}): ShopperHistory => ({
  ...UNKNOWN_SHOPPER,
  signedIn: true,
  ...over,
});
const circumstances = (lines: readonly DiscountableLine[], over: Partial<Circumstances> = {}) => ({
  now: NOW,
  subtotal: lines.reduce((sum, { totalPrice }) => sum.add(totalPrice), usd(0)),
  shopper: known(),
  ...over,
});
const apply = (
  lines: readonly DiscountableLine[],
  promotions: Promotion[],
  over: Partial<Circumstances> = {},
) => applyPromotions(lines, promotions, circumstances(lines, over));
/** Minor units taken off each line. */
const taken = (lines: readonly DiscountableLine[], promotions: Promotion[]) => {
  const discounts = apply(lines, promotions);
  return lines.map(({ id }) =>
    discounts.reductionsOf(id).reduce((sum, reduction) => sum + reduction.taken.minor, 0n),
  );
};
const reason = (rules: Partial<Promotion>, over: Partial<Circumstances> = {}) =>
  apply([line('a', 1_000)], [promotion(percent(1_000), rules)], over).refusals.get('p')?.reason;

describe('what a promotion takes off', () => {
  it('is a percentage, rounded once half-even and spread by largest remainder', () => {
    const three = ['a', 'b', 'c'].map((id) => line(id, 33));
    expect(taken(three, [promotion(percent(1_000))])).toEqual([4n, 3n, 3n]);
    const [first] = apply(three, [promotion(percent(1_000))]).reductionsOf('a');
    expect([first?.exact.minor, first?.taken.minor]).toEqual([3n, 4n]);
    expect(taken([line('a', 25)], [promotion(percent(5_000))])).toEqual([12n]);
  });

  it('is a fixed amount over all goods, and never more than they cost', () => {
    const lines = [line('a', 1_000), line('b', 500, 2)];
    expect(taken(lines, [promotion(fixed(501))])).toEqual([251n, 250n]);
    expect(taken(lines, [promotion(fixed(9_999))])).toEqual([1_000n, 1_000n]);
  });

  it('is the cheapest units of a buy-two-get-one, over all lines', () => {
    const free = { kind: 'buy_x_get_y', buy: 2, get: 1, basisPoints: 10_000 } as const;
    const lines = [line('a', 900, 4), line('b', 300, 1), line('c', 500, 1)];
    expect(taken(lines, [promotion(free)])).toEqual([0n, 300n, 500n]);
    expect(taken([line('a', 900, 2)], [promotion(free)])).toEqual([0n]);
    expect(taken([line('a', 999, 3)], [promotion({ ...free, basisPoints: 5_000 })])).toEqual([500n]);
    // Buy two, get two: the third unit is given already.
    expect(taken([line('a', 100, 3)], [promotion({ ...free, get: 2 })])).toEqual([100n]);
  });

  it('falls on the goods of its scope only, a category with its descendants', () => {
    const lines = [line('a', 1_000, 1, ['mugs', 'cups', 'home']), line('b', 1_000, 1, ['lamps', 'home'])];
    const of = (categoryIds: string[], productIds: string[] = []) =>
      taken(lines, [promotion(percent(1_000), { scope: { categoryIds, productIds } })]);
    expect(of(['cups'])).toEqual([100n, 0n]);
    expect(of(['home'])).toEqual([100n, 100n]);
    expect(of([], ['product-b'])).toEqual([0n, 100n]);
    expect(of(['cups'], ['product-b'])).toEqual([100n, 100n]);
  });

  it('is shipping, where something in its scope is bought', () => {
    const free = promotion({ kind: 'free_shipping' }, { scope: { categoryIds: ['cups'], productIds: [] } });
    expect(apply([line('a', 100)], [free])).toMatchObject({ freeShipping: true, total: usd(0) });
    const elsewhere = apply([line('a', 100, 1, ['lamps'])], [free]);
    expect([elsewhere.freeShipping, elsewhere.refusals.get('p')?.reason]).toEqual([
      false,
      'NOTHING_ELIGIBLE',
    ]);
  });
});

describe('several promotions', () => {
  const first = promotion(fixed(200), { id: 'first', priority: 1 });
  const second = promotion(percent(5_000), { id: 'second', priority: 2 });

  it('follow one another by priority, each on what is left', () => {
    const { applied, total } = apply([line('a', 1_000)], [second, first]);
    expect(applied.map(({ promotion, discount }) => [promotion.id, discount.minor])).toEqual([
      ['first', 200n],
      ['second', 400n],
    ]);
    expect(total.minor).toBe(600n);
  });

  it('give way to an exclusive one that takes off more, and keep it out where it takes off less', () => {
    const lines = [line('a', 1_000)];
    const alone = (minor: number) => promotion(fixed(minor), { id: 'alone', exclusive: true });
    const better = apply(lines, [first, second, alone(601)]);
    expect(better.applied.map(({ promotion }) => promotion.id)).toEqual(['alone']);
    expect(better.refusals.get('first')?.reason).toBe('BETTER_PROMOTION');
    const worse = apply(lines, [first, second, alone(599)]);
    expect(worse.applied.map(({ promotion }) => promotion.id)).toEqual(['first', 'second']);
    expect(worse.refusals.get('alone')?.reason).toBe('BETTER_PROMOTION');
  });
});

describe('a promotion is refused', () => {
  it.each([
    ['INACTIVE', { active: false }],
    ['NOT_STARTED', { startsAt: new Date(NOW.getTime() + 1) }],
    ['EXPIRED', { endsAt: NOW }],
    ['USED_UP', { usageLimit: 3, used: 3 }],
    ['MINIMUM_NOT_REACHED', { minSubtotal: usd(1_001) }],
    ['NOTHING_ELIGIBLE', { minSubtotal: Money.of(1, 'EUR') }],
    ['NOTHING_ELIGIBLE', { scope: { productIds: ['product-b'], categoryIds: [] } }],
    [undefined, { startsAt: NOW, usageLimit: 3, used: 2, minSubtotal: usd(1_000) }],
  ])('with the reason %s', (expected, rules) => {
    expect(reason(rules)).toBe(expected);
  });

  it('to a shopper who has used it, has ordered before, or is not known yet', () => {
    const limited = { perUserLimit: 2 };
    expect(reason(limited, { shopper: known({ usesOf: () => 1 }) })).toBeUndefined();
    expect(reason(limited, { shopper: known({ usesOf: () => 2 }) })).toBe('USER_LIMIT_REACHED');
    expect(reason({ firstOrder: true })).toBeUndefined();
    expect(reason({ firstOrder: true }, { shopper: known({ hasOrdered: true }) })).toBe('NOT_FIRST_ORDER');
    expect(reason({ firstOrder: true }, { shopper: UNKNOWN_SHOPPER })).toBe('SIGN_IN_REQUIRED');
  });
});

describe('whatever is bought and promised', () => {
  const units = fc.integer({ min: 1, max: 999 });
  const action: fc.Arbitrary<PromotionAction> = fc.oneof(
    fc.integer({ min: 1, max: 10_000 }).map(percent),
    fc.integer({ min: 1, max: 5_000_000 }).map(fixed),
    fc.constant<PromotionAction>({ kind: 'free_shipping' }),
    fc.record({
      kind: fc.constant('buy_x_get_y' as const),
      buy: fc.integer({ min: 1, max: 5 }),
      get: fc.integer({ min: 1, max: 5 }),
      basisPoints: fc.integer({ min: 1, max: 10_000 }),
    }),
  );
  const category = fc.constantFrom('cups', 'lamps');
  const promotions = fc
    .array(
      fc.record({ action, exclusive: fc.boolean(), priority: fc.integer({ min: 0, max: 2 }), category }),
      { maxLength: 6 },
    )
    .map((all) =>
      all.map(({ action: does, category: one, ...over }, index) =>
        promotion(does, {
          ...over,
          id: `p-${index}`,
          scope: { productIds: [], categoryIds: one === 'cups' ? [] : [one] },
        }),
      ),
    );
  const lines = fc
    .array(fc.record({ unit: fc.integer({ min: 0, max: 1_000_000 }), quantity: units, category }), {
      maxLength: 12,
    })
    .map((all) => all.map((one, index) => line(`l-${index}`, one.unit, one.quantity, [one.category])));

  it('the shares of the lines sum to each discount and to the total, and nothing falls below zero', () => {
    fc.assert(
      fc.property(lines, promotions, (bought, offered) => {
        const discounts = apply(bought, offered);
        const sums = new Map<string, bigint>();
        for (const { id, totalPrice } of bought) {
          const reductions = discounts.reductionsOf(id);
          const off = reductions.reduce((sum, { taken }) => sum + taken.minor, 0n);
          expect(off >= 0n && off <= totalPrice.minor).toBe(true);
          for (const { promotion: by, exact, taken } of reductions) {
            expect(taken.isNegative()).toBe(false);
            const rounding = taken.subtract(exact).minor;
            expect(rounding >= -1n && rounding <= 1n).toBe(true);
            sums.set(by.id, (sums.get(by.id) ?? 0n) + taken.minor);
          }
        }
        for (const { promotion: by, discount } of discounts.applied) {
          expect(sums.get(by.id) ?? 0n).toBe(discount.minor);
        }
        expect([...sums.values()].reduce((sum, one) => sum + one, 0n)).toBe(discounts.total.minor);
      }),
    );
  });

  it('the order of lines and promotions changes nothing', () => {
    const told = (bought: readonly DiscountableLine[], offered: Promotion[]) => {
      const discounts = apply(bought, offered);
      const byLine = bought.map(({ id }): [string, string] => [
        id,
        discounts
          .reductionsOf(id)
          .map(({ promotion: by, taken }) => `${by.id}:${taken.minor}`)
          .join(),
      ]);
      return { byLine: new Map(byLine.sort()), applied: discounts.applied.map(({ promotion: by }) => by.id) };
    };
    fc.assert(
      fc.property(lines, promotions, fc.infiniteStream(fc.nat(1_000)), (bought, offered, stream) => {
        const shuffled = <T>(items: readonly T[]): T[] =>
          items
            .map((item) => ({ item, at: stream.next().value }))
            .sort((a, b) => a.at - b.at)
            .map(({ item }) => item);
        expect(told(shuffled(bought), shuffled(offered))).toEqual(told(bought, offered));
      }),
    );
  });

  it('another promotion that can be combined never makes the cart dearer', () => {
    fc.assert(
      fc.property(lines, promotions, action, (bought, offered, does) => {
        const more = [...offered, promotion(does, { id: 'more', priority: 9 })];
        expect(apply(bought, more).total.compare(apply(bought, offered).total)).not.toBe(-1);
      }),
    );
  });
});
