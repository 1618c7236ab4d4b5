import { Injectable } from '@nestjs/common';
import { requireUserId } from '@vici/utils';
import type { PricedOrder, PricingChoice } from '../domain/pricing/price-order.js';
import type { CheckoutLine } from './checkout/checkout-lines.js';
import { CartPricing } from './checkout/price-cart.js';
import { CheckoutIntentRepository } from './ports/checkout-intent.repository.js';

/** Where the caller wants the cart sent, and how. */
export interface CalculateQuery extends PricingChoice {
  readonly addressId: string;
}

/** Quotes the caller's cart for an address, and remembers the address for the payment that follows. */
@Injectable()
export class CalculateUseCase {
  constructor(
    private readonly pricing: CartPricing,
    private readonly intents: CheckoutIntentRepository,
  ) {}

  /** @throws DomainError CART_EMPTY, NOT_FOUND, PRODUCT_UNAVAILABLE, INSUFFICIENT_STOCK, COUPON_INVALID, VALIDATION_FAILED */
  async execute(query: CalculateQuery): Promise<PricedOrder<CheckoutLine>> {
    const userId = requireUserId();
    const { price } = await this.pricing.price(query);
    await this.intents.rememberQuote(userId, query);
    return price;
  }
}
