import { Money } from '@vici/utils/domain';
import type { Cart, CartLine } from './cart.entity.js';
import type { AppliedPromotion, Discounts } from './promotions/apply-promotions.js';

/** What the catalogue says today of one product, or of one variant of it. */
export interface Offer {
  readonly name: string;
  readonly image: string;
  readonly sku: string;
  readonly price: Money;
  /** The price before the running sale; the price where there is none. */
  readonly originalPrice: Money;
  /** Units that may be ordered. */
  readonly stock: number;
  /** Those of them that are on the shelf. */
  readonly onShelf: number;
  readonly categoryId: string;
  readonly categoryName: string;
  /** The category, then its ancestors up to the root. */
  readonly categoryPath: readonly string[];
  /** Of one unit; zero where nothing says it. */
  readonly weightGrams: number;
}

/** One entry of what an amount is made of; the entries sum to it. */
export interface PriceEntry {
  readonly type: 'base' | 'promotion' | 'rounding';
  /** Negative where something is taken off. */
  readonly amount: Money;
  readonly description: string;
  readonly promotionId?: string;
  readonly couponCode?: string;
}

/** A line with today's price. A line without an offer is no longer sold: it is shown, and costs nothing. */
export interface OfferedLine extends CartLine {
  readonly offer?: Offer;
  readonly unitPrice: Money;
  readonly totalPrice: Money;
  readonly available: boolean;
  /** What the shopper should know of this line. */
  readonly notice?: string;
}

/** A line with what promotions take off it. */
export interface PricedLine extends OfferedLine {
  readonly discount: Money;
  readonly entries: readonly PriceEntry[];
}

/** A cart with today's prices, before any promotion. */
export interface OfferedCart {
  readonly cart: Cart;
  readonly lines: readonly OfferedLine[];
  readonly subtotal: Money;
}

/** A cart with today's prices and promotions. */
export interface PricedCart {
  readonly cart: Cart;
  readonly lines: readonly PricedLine[];
  readonly subtotal: Money;
  readonly discount: Money;
  readonly total: Money;
  readonly entries: readonly PriceEntry[];
  readonly promotions: readonly AppliedPromotion[];
  readonly freeShipping: boolean;
  readonly couponCode?: string;
  /** Why the coupon gives nothing. */
  readonly couponNotice?: string;
}

/** Prices every line by the catalogue's offers; `currency` is the shop's, for an empty cart. */
export function offerCart(
  cart: Cart,
  offerOf: (line: CartLine) => Offer | undefined,
  currency: string,
): OfferedCart {
  const lines = cart.lines.map((line) => offerLine(line, offerOf(line), currency));
  const subtotal = lines.reduce(
    (sum, line) => sum.add(line.totalPrice),
    Money.zero(lines.find((line) => line.offer !== undefined)?.unitPrice.currency ?? currency),
  );
  return { cart, lines, subtotal };
}

/** Takes off what promotions give. */
export function discountCart(
  { cart, lines, subtotal }: OfferedCart,
  discounts: Discounts,
  coupon: { readonly code?: string; readonly notice?: string },
): PricedCart {
  return {
    cart,
    lines: lines.map((line) => discountLine(line, discounts)),
    subtotal,
    discount: discounts.total,
    total: subtotal.subtract(discounts.total),
    entries: [
      baseOf(subtotal),
      ...discounts.applied
        .filter(({ discount }) => !discount.isZero())
        .map(({ promotion, discount }) => entryOf('promotion', promotion, discount.negate())),
    ],
    promotions: discounts.applied,
    freeShipping: discounts.freeShipping,
    ...(coupon.code !== undefined && { couponCode: coupon.code }),
    ...(coupon.notice !== undefined && { couponNotice: coupon.notice }),
  };
}

function discountLine(line: OfferedLine, discounts: Discounts): PricedLine {
  const reductions = discounts.reductionsOf(line.id);
  const zero = Money.zero(line.totalPrice.currency);
  return {
    ...line,
    discount: reductions.reduce((sum, { taken }) => sum.add(taken), zero),
    entries: [
      baseOf(line.totalPrice),
      ...reductions.flatMap(({ promotion, exact, taken }) => [
        ...(exact.isZero() ? [] : [entryOf('promotion', promotion, exact.negate())]),
        ...(taken.equals(exact) ? [] : [entryOf('rounding', promotion, exact.subtract(taken))]),
      ]),
    ],
  };
}

function baseOf(amount: Money): PriceEntry {
  return { type: 'base', amount, description: 'Goods' };
}

function entryOf(
  type: 'promotion' | 'rounding',
  { id, name, code }: AppliedPromotion['promotion'],
  amount: Money,
): PriceEntry {
  return {
    type,
    amount,
    description: type === 'rounding' ? `Rounding of ${name}` : name,
    promotionId: id,
    ...(code !== undefined && { couponCode: code }),
  };
}

function offerLine(line: CartLine, offer: Offer | undefined, currency: string): OfferedLine {
  if (offer === undefined) {
    const nothing = Money.zero(currency);
    return { ...line, unitPrice: nothing, totalPrice: nothing, available: false, notice: 'No longer sold' };
  }
  const notice = noticeOf(line, offer);
  return {
    ...line,
    offer,
    unitPrice: offer.price,
    totalPrice: offer.price.multiply(line.quantity),
    available: line.quantity <= offer.stock,
    ...(notice !== undefined && { notice }),
  };
}

function noticeOf(line: CartLine, { price, stock }: Offer): string | undefined {
  if (stock === 0) return 'Out of stock';
  if (line.quantity > stock) return `Only ${stock} left`;
  const before = Money.of(BigInt(line.seenAtMinor), price.currency);
  return before.equals(price)
    ? undefined
    : `Price changed from ${before.toDecimalString()} to ${price.toDecimalString()}`;
}
