import { DomainError, Money } from '@vici/utils/domain';
import type { Destination } from './destination.js';
import type { PromotionPolicy } from './promotion.policy.js';
import type { ShippingPolicy } from './shipping.policy.js';
import type { TaxPolicy } from './tax.policy.js';

/** What pricing needs to know of a line. */
export interface PriceableLine {
  readonly quantity: number;
  readonly unitPrice: Money;
  /** Price of one unit before the running sale; the unit price where there is no sale. */
  readonly originalUnitPrice: Money;
  readonly weightGrams: number;
}

/** The rules of the shop, one strategy each. */
export interface PricingPolicies {
  readonly shipping: ShippingPolicy;
  readonly tax: TaxPolicy;
  readonly promotions: PromotionPolicy;
}

/** A line with its price. */
export type PricedLine<L extends PriceableLine> = L & { readonly totalPrice: Money };

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
}

/**
 * Prices an order: integers of minor units throughout; the discount is spread over the lines so that its parts sum
 * exactly, and tax is rounded half-even per line.
 * @throws DomainError CART_EMPTY without lines, COUPON_INVALID for a coupon that gives nothing, VALIDATION_FAILED
 * when the lines are of several currencies
 */
export function priceOrder<L extends PriceableLine>(
  lines: readonly L[],
  destination: Destination,
  policies: PricingPolicies,
  couponCode?: string,
): PricedOrder<L> {
  const first = lines[0];
  if (first === undefined) {
    throw new DomainError('CART_EMPTY', 'The cart is empty.');
  }
  const zero = Money.zero(first.unitPrice.currency);
  const priced = lines.map((line) => ({ ...line, totalPrice: line.unitPrice.multiply(line.quantity) }));
  const subtotal = sum(
    zero,
    priced.map((line) => line.totalPrice),
  );
  const discount = policies.promotions.discount(subtotal, couponCode).min(subtotal).max(zero);
  const goods = subtotal.subtract(discount);
  const shipping = policies.shipping.cost({ goods, destination, weightGrams: weightOf(lines) });
  const { tax, addedTax } = taxOf(priced, discount, destination, policies.tax);
  return {
    lines: priced,
    subtotal,
    discount,
    shipping,
    tax,
    taxIncluded: !tax.isZero() && addedTax.isZero(),
    total: goods.add(shipping).add(addedTax),
    savings: sum(discount, lines.map(reductionOf)),
  };
}

function taxOf(
  lines: readonly PricedLine<PriceableLine>[],
  discount: Money,
  destination: Destination,
  policy: TaxPolicy,
): { tax: Money; addedTax: Money } {
  const zero = Money.zero(discount.currency);
  const shares = discount.allocate(lines.map((line) => line.totalPrice.minor));
  const taxes = lines.map((line, index) =>
    policy.taxOn(line.totalPrice.subtract(shares[index] ?? zero), destination),
  );
  return {
    tax: sum(
      zero,
      taxes.map(({ amount }) => amount),
    ),
    addedTax: sum(
      zero,
      taxes.filter(({ included }) => !included).map(({ amount }) => amount),
    ),
  };
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
