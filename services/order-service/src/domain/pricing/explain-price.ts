import type { Money } from '@vici/utils/domain';
import { type FreeShipping, isReduction, type PriceAdjustment } from './price-adjustment.js';
import type { LineTax } from './tax.policy.js';

/** What a line costs, entry by entry; the entries that are not included sum to its price with discount and tax. */
export function explainLine(
  totalPrice: Money,
  discount: Money,
  reductions: readonly PriceAdjustment[],
  tax: LineTax,
): PriceAdjustment[] {
  const told = reductions.reduce((sum, { amount }) => sum.add(amount), discount);
  return [
    { type: 'base', amount: totalPrice, description: 'Goods' },
    ...reductions,
    // The discount is bounded by the price of this moment, which may be another than it was given for.
    ...(told.isZero() ? [] : [{ type: 'rounding' as const, amount: told.negate(), description: 'Rounding' }]),
    ...explainTax(tax),
  ];
}

/** What an order is made of. */
export interface OrderAmounts {
  readonly subtotal: Money;
  readonly shipping: Money;
  readonly tax: LineTax;
}

/** What an order costs, entry by entry; the entries that are not included sum to its total. */
export function explainOrder(
  { subtotal, shipping, tax }: OrderAmounts,
  lines: readonly { readonly adjustments: readonly PriceAdjustment[] }[],
  freeShipping: FreeShipping | undefined,
): PriceAdjustment[] {
  return [
    { type: 'base', amount: subtotal, description: 'Goods' },
    ...reductionsOf(lines.flatMap(({ adjustments }) => adjustments)),
    { type: 'shipping', amount: shipping, description: 'Shipping' },
    ...(freeShipping === undefined || shipping.isZero()
      ? []
      : [{ type: 'promotion' as const, amount: shipping.negate(), ...freeShipping }]),
    ...explainTax(tax),
  ];
}

/** One entry a promotion: the shares of the lines, which sum exactly. */
function reductionsOf(entries: readonly PriceAdjustment[]): PriceAdjustment[] {
  const byPromotion = new Map<string | undefined, PriceAdjustment>();
  for (const entry of entries.filter(isReduction)) {
    const sum = byPromotion.get(entry.promotionId);
    byPromotion.set(
      entry.promotionId,
      sum === undefined ? entry : { ...sum, amount: sum.amount.add(entry.amount) },
    );
  }
  return [...byPromotion.values()];
}

function explainTax({ amount, included }: LineTax): PriceAdjustment[] {
  if (amount.isZero()) {
    return [];
  }
  const entry = { type: 'tax', amount, description: included ? 'Tax, in the price' : 'Tax' } as const;
  return [included ? { ...entry, included } : entry];
}
