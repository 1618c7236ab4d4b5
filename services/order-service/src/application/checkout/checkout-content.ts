import { newId } from '@vici/utils/domain';
import type { OrderAddress, OrderContent, OrderLine } from '../../domain/order-content.js';
import { isReduction } from '../../domain/pricing/price-adjustment.js';
import type { PricedCart } from './price-cart.js';

/** What the shopper adds to the cart when ordering. */
export interface Purchaser {
  readonly email: string;
  readonly paymentMethod: string;
  readonly billingAddress?: OrderAddress;
  readonly shopperSessionId?: string;
}

/** Freezes a priced cart into the content of an order. */
export function orderContent(cart: PricedCart, purchaser: Purchaser): OrderContent {
  const { price, couponCode } = cart;
  return {
    lines: price.lines.map(toOrderLine),
    subtotal: price.subtotal,
    shipping: price.shipping,
    shippingMethod: price.shippingMethod,
    tax: price.tax,
    taxIncluded: price.taxIncluded,
    discount: price.discount,
    total: price.total,
    ...(couponCode === undefined ? {} : { couponCode }),
    shippingAddress: cart.address,
    ...purchaser,
  };
}

type PricedCheckoutLine = PricedCart['price']['lines'][number];

/** What an order keeps of a priced line. */
function toOrderLine(line: PricedCheckoutLine): OrderLine {
  const { originalUnitPrice: _original, weightGrams: _weight, ...priced } = line;
  const { tax, adjustments, ...kept } = priced;
  // With the rounding that the given reductions lack.
  return {
    ...kept,
    id: newId<'OrderItem'>(),
    backordered: 0,
    tax: tax.amount,
    reductions: adjustments.filter(isReduction),
  };
}
