import { Money, roundHalfEven } from '@vici/utils/domain';
import type { PromotionAction } from './promotion.js';

/** A line in the scope of a promotion, with what earlier promotions have left of its price. */
export interface ReducibleLine {
  readonly id: string;
  readonly quantity: number;
  readonly unitPrice: Money;
  readonly left: Money;
}

/** What a promotion takes off one line. */
export interface LineShare {
  readonly lineId: string;
  /** The line's share by itself, rounded half-even. */
  readonly exact: Money;
  /** What is taken off: shares of one promotion sum exactly to its discount. */
  readonly taken: Money;
}

const ALL = 10_000n;

/**
 * What an action takes off the lines: never more than is left of each, whatever their order. A discount on several
 * lines is rounded once, half-even, and spread by largest remainder.
 */
export function reduceLines(action: PromotionAction, lines: readonly ReducibleLine[]): LineShare[] {
  const sorted = [...lines].sort(byId);
  const [first] = sorted;
  if (first === undefined) return [];
  const left = sorted.reduce((sum, line) => sum.add(line.left), Money.zero(first.left.currency));
  switch (action.kind) {
    case 'percentage':
      return spread(left.basisPoints(action.basisPoints), left, sorted, (line) =>
        line.left.basisPoints(action.basisPoints),
      );
    case 'fixed':
      return action.amount.currency === left.currency
        ? spreadFixed(action.amount.min(left), left, sorted)
        : [];
    case 'buy_x_get_y':
      return reduceCheapest(action, sorted);
    case 'free_shipping':
      return [];
  }
}

function spreadFixed(discount: Money, left: Money, lines: readonly ReducibleLine[]): LineShare[] {
  return spread(discount, left, lines, (line) =>
    Money.of(roundHalfEven(discount.minor * line.left.minor, left.minor), left.currency),
  );
}

function spread(
  discount: Money,
  left: Money,
  lines: readonly ReducibleLine[],
  exactOf: (line: ReducibleLine) => Money,
): LineShare[] {
  if (left.isZero()) return [];
  const parts = discount.allocate(lines.map((line) => line.left.minor));
  return lines.flatMap((line, index) => {
    const taken = parts[index];
    return taken === undefined ? [] : [{ lineId: line.id, exact: exactOf(line), taken }];
  });
}

type BuyXGetY = Extract<PromotionAction, { readonly kind: 'buy_x_get_y' }>;

/** The discount falls on the cheapest units, so that it does not matter how the shopper splits the cart into lines. */
function reduceCheapest({ buy, get, basisPoints }: BuyXGetY, lines: readonly ReducibleLine[]): LineShare[] {
  const units = lines.reduce((sum, line) => sum + line.quantity, 0);
  const groups = Math.floor(units / (buy + get));
  let given = groups * get + Math.max(0, (units % (buy + get)) - buy);
  return [...lines]
    .sort((a, b) => a.unitPrice.compare(b.unitPrice) || byId(a, b))
    .map((line) => {
      const of = Math.min(given, line.quantity);
      given -= of;
      const { minor, currency } = line.left;
      const share = minor * BigInt(of) * BigInt(basisPoints);
      const taken = Money.of(roundHalfEven(share, BigInt(line.quantity) * ALL), currency);
      return { lineId: line.id, exact: taken, taken };
    });
}

function byId(a: ReducibleLine, b: ReducibleLine): number {
  return a.id < b.id ? -1 : Number(a.id > b.id);
}
