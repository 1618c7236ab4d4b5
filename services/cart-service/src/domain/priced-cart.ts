import { Money } from '@vici/utils/domain';
import type { Cart, CartLine } from './cart.entity.js';

/** What the catalogue says today of one product, or of one variant of it. */
export interface Offer {
  readonly name: string;
  readonly image: string;
  readonly sku: string;
  readonly price: Money;
  readonly stock: number;
  readonly categoryId: string;
  readonly categoryName: string;
  readonly weightGrams: number;
}

/** A line with today's price. A line without an offer is no longer sold: it is shown, and costs nothing. */
export interface PricedLine extends CartLine {
  readonly offer?: Offer;
  readonly unitPrice: Money;
  readonly totalPrice: Money;
  readonly available: boolean;
  /** What the shopper should know of this line. */
  readonly notice?: string;
}

/** A cart with today's prices. */
export interface PricedCart {
  readonly cart: Cart;
  readonly lines: readonly PricedLine[];
  readonly subtotal: Money;
}

/** Prices every line by the catalogue's offers; `currency` is the shop's, for an empty cart. */
export function priceCart(
  cart: Cart,
  offerOf: (line: CartLine) => Offer | undefined,
  currency: string,
): PricedCart {
  const lines = cart.lines.map((line) => priceLine(line, offerOf(line), currency));
  const subtotal = lines.reduce(
    (sum, line) => sum.add(line.totalPrice),
    Money.zero(lines.find((line) => line.offer !== undefined)?.unitPrice.currency ?? currency),
  );
  return { cart, lines, subtotal };
}

function priceLine(line: CartLine, offer: Offer | undefined, currency: string): PricedLine {
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
  const before = Money.of(BigInt(line.addedAtMinor), price.currency);
  return before.equals(price)
    ? undefined
    : `Price changed from ${before.toDecimalString()} to ${price.toDecimalString()}`;
}
