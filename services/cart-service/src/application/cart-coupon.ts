import { Injectable } from '@nestjs/common';
import { Clock, invalidField } from '@vici/utils';
import { setCoupon } from '../domain/cart.entity.js';
import type { CartOwner } from '../domain/cart-owner.js';
import type { PricedCart } from '../domain/priced-cart.js';
import { normaliseCode } from '../domain/promotions/promotion.js';
import { CartPricing } from './cart-pricing.js';
import { CartRepository } from './ports.js';

const LONGEST_CODE = 64;

/** The one coupon of a cart. */
@Injectable()
export class CartCoupon {
  constructor(
    private readonly carts: CartRepository,
    private readonly pricing: CartPricing,
    private readonly clock: Clock,
  ) {}

  /**
   * Puts it in, in place of the one before.
   * @throws DomainError COUPON_INVALID with details.reason when it gives nothing now; VALIDATION_FAILED
   */
  async apply(owner: CartOwner, couponCode: string): Promise<PricedCart> {
    const code = normaliseCode(couponCode);
    if (code === '' || code.length > LONGEST_CODE) {
      throw invalidField('couponCode', `must have 1 to ${LONGEST_CODE} characters`);
    }
    const found = await this.carts.find(owner);
    await this.pricing.priceWithCoupon(found, code);
    return await this.change(owner, code);
  }

  /** Takes it out. */
  async remove(owner: CartOwner): Promise<PricedCart> {
    return await this.change(owner, undefined);
  }

  private async change(owner: CartOwner, code: string | undefined): Promise<PricedCart> {
    const cart = await this.carts.update(owner, (current) => setCoupon(current, code, this.clock.now()));
    return await this.pricing.price(cart);
  }
}
