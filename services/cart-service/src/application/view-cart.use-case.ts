import { Injectable } from '@nestjs/common';
import { Clock } from '@vici/utils';
import { seePrices } from '../domain/cart.entity.js';
import type { CartOwner } from '../domain/cart-owner.js';
import type { PricedCart } from '../domain/priced-cart.js';
import { CartPricing } from './cart-pricing.js';
import { CartRepository } from './ports.js';

/** How a cart is looked at. */
export interface CartView {
  /** Priced with this coupon instead of the cart's own. */
  readonly couponCode?: string;
  /** The shopper sees the answer: a price that has changed is told once. */
  readonly seen?: boolean;
}

/** Shows a cart with today's names, prices and promotions. */
@Injectable()
export class ViewCart {
  constructor(
    private readonly carts: CartRepository,
    private readonly pricing: CartPricing,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError SERVICE_UNAVAILABLE when the catalogue cannot be asked, COUPON_INVALID for `couponCode` */
  async execute(owner: CartOwner, { couponCode, seen = false }: CartView = {}): Promise<PricedCart> {
    const cart = await this.carts.find(owner);
    const priced = await (couponCode === undefined
      ? this.pricing.price(cart)
      : this.pricing.priceWithCoupon(cart, couponCode));
    if (seen) await this.see(owner, priced);
    return priced;
  }

  private async see(owner: CartOwner, { cart, lines }: PricedCart): Promise<void> {
    const prices = new Map(lines.map(({ id, offer }) => [id, offer?.price.minor]));
    await this.carts.update(owner, (now) => seePrices(now, (id) => prices.get(id), this.clock.now()), cart);
  }
}
