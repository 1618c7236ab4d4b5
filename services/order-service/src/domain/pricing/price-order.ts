import { DomainError, Money } from '@vici/utils/domain';
import type { Destination } from './destination.js';
import { explainLine, explainOrder } from './explain-price.js';
import type { FreeShipping, PriceAdjustment } from './price-adjustment.js';
import { chooseOption, type ShippingOption, type ShippingPolicy } from './shipping.policy.js';
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

/** What the shopper may choose. */
export interface PricingChoice {
  /** The cart's own coupon where it is missing. */
  readonly couponCode?: string;
  /** Code of a shipping method; the shop's first choice where it is missing. */
  readonly shippingMethod?: string;
}

/** How the goods are sent. */
export interface ShippingTerms extends Pick<PricingChoice, 'shippingMethod'> {
  /** Pays for the shop's first choice; another method costs what it costs. */
  readonly freeShipping?: FreeShipping;
}

/** What an order costs, to the cent. `total` = subtotal − discount + shipping + the tax that is not included. */
export interface PricedOrder<L extends PriceableLine> {
  readonly lines: readonly PricedLine<L>[];
  readonly subtotal: Money;
  readonly discount: Money;
  readonly shipping: Money;
  readonly shippingMethod: string;
  /** All methods that could be chosen. */
  readonly shippingOptions: readonly ShippingOption[];
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
 * @throws DomainError CART_EMPTY without lines, VALIDATION_FAILED when the lines are of several currencies or the
 * shipping method does not serve the destination
 */
export function priceOrder<L extends PriceableLine>(
  lines: readonly L[],
  destination: Destination,
  policies: PricingPolicies,
  terms: ShippingTerms = {},
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
  const parcel = { goods, destination, weightGrams: weightOf(lines) };
  const sent = send(policies.shipping.options(parcel), terms);
  const tax = sumOf(priced.map((line) => line.tax.amount));
  const addedTax = sumOf(priced.map((line) => (line.tax.included ? zero : line.tax.amount)));
  const taxIncluded = !tax.isZero() && addedTax.isZero();
  return {
    lines: priced,
    subtotal,
    discount,
    shipping: sent.cost,
    shippingMethod: sent.method,
    shippingOptions: sent.options,
    tax,
    taxIncluded,
    total: goods.add(sent.cost).add(addedTax),
    savings: sum(discount, lines.map(reductionOf)),
    adjustments: explainOrder(
      { subtotal, shipping: sent.fee, tax: { amount: tax, included: taxIncluded } },
      priced,
      sent.paidBy,
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

interface Sending {
  readonly method: string;
  readonly fee: Money;
  readonly cost: Money;
  readonly paidBy?: FreeShipping;
  readonly options: readonly ShippingOption[];
}

function send(tariff: readonly ShippingOption[], { shippingMethod, freeShipping }: ShippingTerms): Sending {
  const { code: method, price: fee } = chooseOption(tariff, shippingMethod);
  if (freeShipping === undefined) {
    return { method, fee, cost: fee, options: tariff };
  }
  const options = tariff.map((option, index) =>
    index === 0 ? { ...option, price: Money.zero(option.price.currency) } : option,
  );
  const { price: cost } = chooseOption(options, method);
  return { method, fee, cost, options, ...(method === tariff[0]?.code && { paidBy: freeShipping }) };
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
