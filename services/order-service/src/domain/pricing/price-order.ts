import { DomainError, Money } from '@vici/utils/domain';
import type { Destination } from './destination.js';
import { explainLine, explainOrder } from './explain-price.js';
import type { FreeShipping, PriceAdjustment } from './price-adjustment.js';
import type { ShippingPolicy } from './shipping.policy.js';
import type { LineTax, TaxPolicy } from './tax.policy.js';

/** What pricing needs to know of a line. */
export interface PriceableLine {
  readonly quantity: number;
  readonly unitPrice: Money;
  /** Price of one unit before the running sale; the unit price where there is no sale. */
  readonly originalUnitPrice: Money;
  readonly weightGrams: number;
  /** The line's part of all discounts. */
  readonly discount: Money;
  /** What the discount is made of: promotions and rounding, negative. */
  readonly reductions: readonly PriceAdjustment[];
}

/** The rules of the shop, one strategy each. */
export interface PricingPolicies {
  readonly shipping: ShippingPolicy;
  readonly tax: TaxPolicy;
}

/** A line with its price, and what makes it up. */
export type PricedLine<L extends PriceableLine> = L & {
  readonly totalPrice: Money;
  readonly tax: LineTax;
  readonly adjustments: readonly PriceAdjustment[];
};

/** What an order costs, to the cent. `total` = subtotal − discount + shipping + the tax that is not included. */
export interface PricedOrder<L extends PriceableLine> {
  readonly lines: readonly PricedLine<L>[];
  readonly subtotal: Money;
  readonly discount: Money;
  readonly shipping: Money;
  readonly tax: Money;
  /** The tax is part of the prices already (as in Germany): it is shown but not added. */
  readonly taxIncluded: boolean;
  readonly total: Money;
  /** Reductions of the running sale plus the discount. */
  readonly savings: Money;
  /** What the total is made of. */
  readonly adjustments: readonly PriceAdjustment[];
}

/**
 * Prices an order: integers of minor units throughout; no line's discount takes off more than it costs, and tax is
 * rounded half-even per line.
 * @throws DomainError CART_EMPTY without lines, VALIDATION_FAILED when the lines are of several currencies
 */
export function priceOrder<L extends PriceableLine>(
  lines: readonly L[],
  destination: Destination,
  policies: PricingPolicies,
  freeShipping?: FreeShipping,
): PricedOrder<L> {
  const first = lines[0];
  if (first === undefined) {
    throw new DomainError('CART_EMPTY', 'The cart is empty.');
  }
  const zero = Money.zero(first.unitPrice.currency);
  const sumOf = (amounts: readonly Money[]) => sum(zero, amounts);
  const priced = lines.map((line) => priceLine(line, destination, policies.tax));
  const subtotal = sumOf(priced.map(({ totalPrice }) => totalPrice));
  const discount = sumOf(priced.map((line) => line.discount));
  const goods = subtotal.subtract(discount);
  const fee = policies.shipping.cost({ goods, destination, weightGrams: weightOf(lines) });
  const shipping = freeShipping === undefined ? fee : zero;
  const tax = sumOf(priced.map((line) => line.tax.amount));
  const addedTax = sumOf(priced.map((line) => (line.tax.included ? zero : line.tax.amount)));
  const taxIncluded = !tax.isZero() && addedTax.isZero();
  return {
    lines: priced,
    subtotal,
    discount,
    shipping,
    tax,
    taxIncluded,
    total: goods.add(shipping).add(addedTax),
    savings: sum(discount, lines.map(reductionOf)),
    adjustments: explainOrder(
      { subtotal, shipping: fee, tax: { amount: tax, included: taxIncluded } },
      priced,
      freeShipping,
    ),
  };
}

function priceLine<L extends PriceableLine>(
  line: L,
  destination: Destination,
  policy: TaxPolicy,
): PricedLine<L> {
  const totalPrice = line.unitPrice.multiply(line.quantity);
  const discount = line.discount.min(totalPrice).max(Money.zero(totalPrice.currency));
  const tax = policy.taxOn(totalPrice.subtract(discount), destination);
  const adjustments = explainLine(totalPrice, discount, line.reductions, tax);
  return { ...line, totalPrice, discount, tax, adjustments };
}

function sum(start: Money, amounts: readonly Money[]): Money {
  return amounts.reduce((total, amount) => total.add(amount), start);
}

function weightOf(lines: readonly PriceableLine[]): number {
  return lines.reduce((total, line) => total + line.weightGrams * line.quantity, 0);
}

function reductionOf(line: PriceableLine): Money {
  const reduction = line.originalUnitPrice.subtract(line.unitPrice);
  return reduction.max(Money.zero(reduction.currency)).multiply(line.quantity);
}
