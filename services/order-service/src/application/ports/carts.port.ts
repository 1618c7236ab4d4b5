import type { Money } from '@vici/utils/domain';
import type { FreeShipping, PriceAdjustment } from '../../domain/pricing/price-adjustment.js';

/** What the catalogue says of the product or variant of a line at the moment the cart is read. */
export interface Article {
  readonly sku: string;
  readonly name: string;
  readonly image: string;
  readonly categoryId: string;
  readonly categoryName: string;
  readonly unitPrice: Money;
  /** The price before the running sale; the unit price where there is none. */
  readonly originalUnitPrice: Money;
  /** Of one unit. */
  readonly weightGrams: number;
  /** Units on the shelf. */
  readonly stock: number;
}

/** What the shopper has put into the cart: which, how many, and what promotions take off. */
export interface CartLine {
  readonly productId: string;
  readonly variantId?: string;
  readonly quantity: number;
  /** False: no longer sold, or fewer in stock than wanted. */
  readonly available: boolean;
  readonly notice?: string;
  /** The line's part of all discounts. */
  readonly discount: Money;
  /** What the discount is made of. */
  readonly reductions: readonly PriceAdjustment[];
  /** Missing where it is no longer sold, and where the cart service does not say it. */
  readonly article?: Article;
}

/** The caller's cart. */
export interface CartView {
  readonly id: string;
  /** Grows with every change of the lines. */
  readonly version: bigint;
  readonly currency: string;
  readonly lines: readonly CartLine[];
  /** The coupon that is priced in. */
  readonly couponCode?: string;
  readonly promotionIds: readonly string[];
  readonly freeShipping?: FreeShipping;
}

/** A bought line. */
export interface PurchasedLine {
  readonly productId: string;
  readonly variantId?: string;
  readonly quantity: number;
}

/** The cart service. */
export abstract class Carts {
  /**
   * The cart of the caller of the running request, with the promotions of this moment.
   * @param couponCode used instead of the cart's own coupon
   * @throws DomainError COUPON_INVALID for a given coupon that gives nothing
   */
  abstract ofCaller(couponCode?: string): Promise<CartView>;

  /** Takes what was bought out of the user's cart; once per order, however often it is called. */
  abstract removePurchased(userId: string, orderId: string, lines: readonly PurchasedLine[]): Promise<void>;
}
