import { Money } from '@vici/utils/domain';
import {
  BETTER_PROMOTION,
  type Circumstances,
  isInScope,
  NOTHING_ELIGIBLE,
  type Refusal,
  refusalOf,
} from './eligibility.js';
import type { Promotion } from './promotion.js';
import { reduceLines } from './reduce-lines.js';

/** A line that promotions may take something off. */
export interface DiscountableLine {
  readonly id: string;
  readonly productId: string;
  /** Its category, then the ancestors of that. */
  readonly categoryPath: readonly string[];
  readonly quantity: number;
  readonly unitPrice: Money;
  readonly totalPrice: Money;
}

/** What one promotion takes off one line; `exact` is the share by itself, `taken` what makes the sum right. */
export interface Reduction {
  readonly promotion: Promotion;
  readonly exact: Money;
  readonly taken: Money;
}

/** A promotion at work. */
export interface AppliedPromotion {
  readonly promotion: Promotion;
  readonly discount: Money;
  readonly freeShipping: boolean;
}

/** What promotions make of a cart. */
export interface Discounts {
  readonly applied: readonly AppliedPromotion[];
  readonly total: Money;
  readonly freeShipping: boolean;
  /** Why a promotion that was asked about does not apply, by its id. */
  readonly refusals: ReadonlyMap<string, Refusal>;
  reductionsOf(lineId: string): readonly Reduction[];
}

/**
 * Applies the promotions whose conditions hold: all that can be combined one after the other, each on what is left,
 * or one exclusive promotion alone, whichever takes off most (on a tie free shipping, then priority counts).
 * The result depends neither on the order of the lines nor of the promotions, and no line ends below zero.
 */
export function applyPromotions(
  lines: readonly DiscountableLine[],
  promotions: readonly Promotion[],
  circumstances: Circumstances,
): Discounts {
  const refusals = new Map<string, Refusal>();
  const eligible: Promotion[] = [];
  for (const promotion of [...promotions].sort(byPriority)) {
    const refusal = refusalOf(promotion, circumstances);
    if (refusal === undefined) eligible.push(promotion);
    else refusals.set(promotion.id, refusal);
  }
  const combinations = combinationsOf(eligible).map((set) => combine(lines, set, circumstances.subtotal));
  const best = combinations.reduce((found, other) => (isBetter(other, found) ? other : found));
  for (const { id } of eligible.filter((promotion) => !applies(best, promotion))) {
    const gives = combinations.some(({ applied }) => applied.some(({ promotion }) => promotion.id === id));
    refusals.set(id, gives ? BETTER_PROMOTION : NOTHING_ELIGIBLE);
  }
  return { ...best, refusals, reductionsOf: (lineId) => best.reductions.get(lineId) ?? [] };
}

/** What can be used together: everything that is not exclusive, or one exclusive promotion alone. */
function combinationsOf(eligible: readonly Promotion[]): Promotion[][] {
  const exclusive = eligible.filter((promotion) => promotion.exclusive);
  return [eligible.filter((promotion) => !promotion.exclusive), ...exclusive.map((one) => [one])];
}

interface Combination {
  readonly applied: readonly AppliedPromotion[];
  readonly total: Money;
  readonly freeShipping: boolean;
  readonly reductions: ReadonlyMap<string, readonly Reduction[]>;
}

/** Takes the promotions off one after the other, each on what the earlier ones have left. */
function combine(
  lines: readonly DiscountableLine[],
  promotions: readonly Promotion[],
  subtotal: Money,
): Combination {
  const zero = Money.zero(subtotal.currency);
  const left = new Map(lines.map((line) => [line.id, line.totalPrice]));
  const reductions = new Map<string, Reduction[]>();
  const applied: AppliedPromotion[] = [];
  for (const promotion of promotions) {
    const inScope = lines.filter((line) => isInScope(promotion.scope, line.productId, line.categoryPath));
    const reducible = inScope.map((line) => ({ ...line, left: left.get(line.id) ?? zero }));
    let discount = zero;
    for (const { lineId, exact, taken } of reduceLines(promotion.action, reducible)) {
      if (taken.isZero() && exact.isZero()) continue;
      left.set(lineId, (left.get(lineId) ?? zero).subtract(taken));
      reductions.set(lineId, [...(reductions.get(lineId) ?? []), { promotion, exact, taken }]);
      discount = discount.add(taken);
    }
    const freeShipping = promotion.action.kind === 'free_shipping' && inScope.length > 0;
    if (freeShipping || !discount.isZero()) applied.push({ promotion, discount, freeShipping });
  }
  const total = applied.reduce((sum, { discount }) => sum.add(discount), zero);
  return { applied, total, freeShipping: applied.some((one) => one.freeShipping), reductions };
}

function isBetter(one: Combination, other: Combination): boolean {
  const more = one.total.compare(other.total);
  return more === 0 ? one.freeShipping && !other.freeShipping : more > 0;
}

function applies({ applied }: Combination, { id }: Promotion): boolean {
  return applied.some(({ promotion }) => promotion.id === id);
}

function byPriority(a: Promotion, b: Promotion): number {
  return a.priority - b.priority || (a.id < b.id ? -1 : Number(a.id > b.id));
}
