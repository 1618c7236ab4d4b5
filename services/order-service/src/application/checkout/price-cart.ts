import { Injectable } from '@nestjs/common';
import { DomainError, isDomainError, type Money } from '@vici/utils/domain';
import type { OrderAddress } from '../../domain/order-content.js';
import {
  type PricedOrder,
  type PricingChoice,
  type PricingPolicies,
  priceOrder,
} from '../../domain/pricing/price-order.js';
import { Carts, type CartView } from '../ports/carts.port.js';
import { Catalogue, type CatalogueProduct } from '../ports/catalogue.port.js';
import { Customers } from '../ports/customers.port.js';
import { type CheckoutLine, checkoutLines } from './checkout-lines.js';

/** Reservations and product look-ups are bounded; no shopper comes near. */
const MAX_LINES = 100;

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
  /** The address itself, where it has been asked for already. */
  readonly address?: Promise<OrderAddress>;
  /** A remembered address that is gone gives way to the default one instead of an error. */
  readonly fallBackToDefault?: boolean;
}

/** The rules the shop prices by; one binding, so that a shop can swap any of them. */
export abstract class ShopPricing implements PricingPolicies {
  abstract readonly shipping: PricingPolicies['shipping'];
  abstract readonly tax: PricingPolicies['tax'];
}

/** Prices the caller's cart with the catalogue's prices of this moment, as the cart has just read them for this call. */
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
      request.address ?? this.addressFor(request),
    ]);
    if (cart.lines.length === 0) {
      throw new DomainError('CART_EMPTY', 'The cart is empty.');
    }
    if (cart.lines.length > MAX_LINES) {
      throw new DomainError('LIMIT_EXCEEDED', `An order has at most ${MAX_LINES} lines.`, {
        limit: MAX_LINES,
      });
    }
    const lines = checkoutLines(cart, await this.withoutArticle(cart));
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

  /** The products a cart says nothing of: those no longer sold, and all of them where a cart-service of before answers. */
  private async withoutArticle({ lines }: CartView): Promise<ReadonlyMap<string, CatalogueProduct>> {
    const ids = new Set(
      lines.filter(({ article }) => article === undefined).map(({ productId }) => productId),
    );
    return ids.size === 0 ? new Map() : await this.catalogue.sellable([...ids]);
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
