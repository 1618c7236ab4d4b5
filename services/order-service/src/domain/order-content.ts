import type { Id, Money } from '@vici/utils/domain';
import type { Reduction } from './pricing/price-adjustment.js';

/** An address as it was when the order was placed. */
export interface PostalAddress {
  readonly firstName: string;
  readonly lastName: string;
  readonly addressLine1: string;
  readonly addressLine2?: string;
  readonly city: string;
  readonly state: string;
  readonly postalCode: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  readonly phone: string;
}

/** A copied address with the id of the one it was copied from. */
export interface OrderAddress {
  readonly id: string;
  readonly postal: PostalAddress;
}

/** One line, frozen at purchase. */
export interface OrderLine {
  readonly id: Id<'OrderItem'>;
  readonly productId: string;
  readonly variantId?: string;
  readonly sku: string;
  readonly name: string;
  readonly image: string;
  readonly categoryId?: string;
  readonly categoryName?: string;
  readonly quantity: number;
  /** Those of the units that were not on the shelf when they were set aside. */
  readonly backordered: number;
  readonly unitPrice: Money;
  readonly totalPrice: Money;
  /** The line's share of the order's discount. */
  readonly discount: Money;
  /** What the discount is made of: negative amounts that sum to it; none on lines sold before this was noted. */
  readonly reductions: readonly Reduction[];
  /** The tax of the line; part of its price where the order says so. */
  readonly tax: Money;
}

/** What is bought, for how much, and where it goes: everything of an order that its status does not change. */
export interface OrderContent {
  readonly lines: readonly OrderLine[];
  readonly subtotal: Money;
  readonly shipping: Money;
  /** Code of the method the order is sent by. */
  readonly shippingMethod: string;
  readonly tax: Money;
  /** The tax is part of the prices, not added to the total. */
  readonly taxIncluded: boolean;
  readonly discount: Money;
  readonly total: Money;
  readonly couponCode?: string;
  readonly shippingAddress: OrderAddress;
  readonly billingAddress?: OrderAddress;
  /** Where the confirmation is sent. */
  readonly email: string;
  /** The payment provider's token, never a card number. */
  readonly paymentMethod: string;
  /** Browser session in which the order was placed; attributes the purchase. */
  readonly shopperSessionId?: string;
}
