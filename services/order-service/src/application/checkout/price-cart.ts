import { Injectable } from '@nestjs/common';
import { DomainError, isDomainError, type Money } from '@vici/utils/domain';
import type { OrderAddress } from '../../domain/order-content.js';
import {
  type PriceableLine,
  type PricedOrder,
  type PricingChoice,
  type PricingPolicies,
  priceOrder,
} from '../../domain/pricing/price-order.js';
import { type CartLine, Carts, type CartView } from '../ports/carts.port.js';
import { Catalogue, type CatalogueProduct, type CatalogueVariant } from '../ports/catalogue.port.js';
import { Customers } from '../ports/customers.port.js';

/** Reservations and product look-ups are bounded; no shopper comes near. */
const MAX_LINES = 100;

/** A cart line with what the catalogue says of it today. */
export interface CheckoutLine extends PriceableLine {
  readonly productId: string;
  readonly variantId?: string;
  readonly sku: string;
  readonly name: string;
  readonly image: string;
  readonly categoryId?: string;
  readonly categoryName?: string;
}

/** The caller's cart, priced for an address. */
export interface PricedCart {
  readonly cartId: string;
  readonly cartVersion: bigint;
  readonly address: OrderAddress;
  readonly couponCode?: string;
  /** The promotions at work: each is used up a little by the order. */
  readonly promotionIds: readonly string[];
  readonly price: PricedOrder<CheckoutLine>;
}

/** Where the cart goes. */
export interface PricingRequest extends PricingChoice {
  /** The caller's default address where it is missing. */
  readonly addressId?: string;
  /** A remembered address that is gone gives way to the default one instead of an error. */
  readonly fallBackToDefault?: boolean;
}

/** The rules the shop prices by; one binding, so that a shop can swap any of them. */
export abstract class ShopPricing implements PricingPolicies {
  abstract readonly shipping: PricingPolicies['shipping'];
  abstract readonly tax: PricingPolicies['tax'];
}

/** Prices the caller's cart with the catalogue's prices of this moment. */
@Injectable()
export class CartPricing {
  constructor(
    private readonly carts: Carts,
    private readonly customers: Customers,
    private readonly catalogue: Catalogue,
    private readonly policies: ShopPricing,
  ) {}

  /**
   * @throws DomainError CART_EMPTY, NOT_FOUND (address), PRODUCT_UNAVAILABLE and INSUFFICIENT_STOCK (both with
   * `details.lines`), COUPON_INVALID, LIMIT_EXCEEDED past 100 lines
   */
  async price(request: PricingRequest): Promise<PricedCart> {
    const [cart, address] = await Promise.all([
      this.carts.ofCaller(request.couponCode),
      this.addressFor(request),
    ]);
    if (cart.lines.length === 0) {
      throw new DomainError('CART_EMPTY', 'The cart is empty.');
    }
    if (cart.lines.length > MAX_LINES) {
      throw new DomainError('LIMIT_EXCEEDED', `An order has at most ${MAX_LINES} lines.`, {
        limit: MAX_LINES,
      });
    }
    const ids = [...new Set(cart.lines.map((line) => line.productId))];
    const lines = checkoutLines(cart, await this.catalogue.sellable(ids));
    const { couponCode, promotionIds, freeShipping } = cart;
    const { shippingMethod } = request;
    return {
      cartId: cart.id,
      cartVersion: cart.version,
      address,
      promotionIds,
      ...(couponCode === undefined ? {} : { couponCode }),
      price: priceOrder(lines, address.postal, this.policies, {
        ...(freeShipping !== undefined && { freeShipping }),
        ...(shippingMethod !== undefined && { shippingMethod }),
      }),
    };
  }

  private async addressFor(request: PricingRequest): Promise<OrderAddress> {
    try {
      return await this.customers.address(request.addressId);
    } catch (error) {
      if (
        request.fallBackToDefault === true &&
        request.addressId !== undefined &&
        isDomainError(error, 'NOT_FOUND')
      ) {
        return this.customers.address();
      }
      throw error;
    }
  }
}

/** @throws DomainError AMOUNT_MISMATCH with the right total in details */
export function requireAmount(total: Money, amount: Money): void {
  if (!total.equals(amount)) {
    throw new DomainError(
      'AMOUNT_MISMATCH',
      `The cart costs ${total.toDecimalString()} ${total.currency} now.`,
      {
        expectedMinor: total.minor.toString(),
        total: total.toDecimal(),
        currency: total.currency,
      },
    );
  }
}

interface FoundLine {
  readonly line: CartLine;
  readonly product: CatalogueProduct;
  readonly variant?: CatalogueVariant;
}

function checkoutLines(cart: CartView, products: ReadonlyMap<string, CatalogueProduct>): CheckoutLine[] {
  const found: FoundLine[] = [];
  const missing: CartLine[] = [];
  for (const line of cart.lines) {
    const sold = findSold(line, cart.currency, products);
    if (sold === undefined) {
      missing.push(line);
    } else {
      found.push(sold);
    }
  }
  if (missing.length > 0) {
    throw unavailable(missing);
  }
  requireStock(found.filter(({ line }) => !line.available));
  return found.map(toCheckoutLine);
}

function findSold(
  line: CartLine,
  currency: string,
  products: ReadonlyMap<string, CatalogueProduct>,
): FoundLine | undefined {
  const product = products.get(line.productId);
  if (product === undefined) {
    return undefined;
  }
  if (line.variantId === undefined) {
    return product.price.currency === currency ? { line, product } : undefined;
  }
  const variant = product.variants.find(({ id }) => id === line.variantId);
  return variant?.price.currency === currency ? { line, product, variant } : undefined;
}

function unavailable(lines: readonly CartLine[]): DomainError {
  return new DomainError('PRODUCT_UNAVAILABLE', 'Some products in the cart are no longer sold.', {
    lines: lines.map(({ productId, variantId, notice }) => ({ productId, variantId, notice })),
  });
}

function requireStock(short: readonly FoundLine[]): void {
  if (short.length > 0) {
    throw new DomainError(
      'INSUFFICIENT_STOCK',
      'Some products in the cart are not in stock in this quantity.',
      {
        lines: short.map(({ line, product, variant }) => ({
          productId: line.productId,
          variantId: line.variantId,
          sku: variant?.sku ?? product.sku,
          requested: line.quantity,
          available: variant?.stock ?? product.stock,
        })),
      },
    );
  }
}

function toCheckoutLine({ line, product, variant }: FoundLine): CheckoutLine {
  const unitPrice = variant?.price ?? product.price;
  // The price before the sale belongs to the product's own price: it says nothing of a variant priced differently.
  const onSale = product.originalPrice !== undefined && unitPrice.equals(product.price);
  return {
    productId: product.id,
    ...(variant === undefined ? {} : { variantId: variant.id }),
    sku: variant?.sku ?? product.sku,
    name: variant === undefined ? product.name : `${product.name} (${variant.name})`,
    image: product.image,
    categoryId: product.categoryId,
    categoryName: product.categoryName,
    quantity: line.quantity,
    unitPrice,
    originalUnitPrice: onSale && product.originalPrice !== undefined ? product.originalPrice : unitPrice,
    weightGrams: variant?.weightGrams ?? product.weightGrams,
    discount: line.discount,
    reductions: line.reductions,
  };
}
