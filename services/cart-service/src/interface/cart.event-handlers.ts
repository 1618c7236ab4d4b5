import { Injectable } from '@nestjs/common';
import { type DomainEvent, OnEvent, OnEvents } from '@vici/events';
import { RemovePurchased } from '../application/change-cart.use-cases.js';
import { MergeGuestCart } from '../application/merge-guest-cart.use-case.js';
import { NoteCancelledOrder } from '../application/promotions/follow-order.use-cases.js';

/** Keeps the carts in step with sign-ins and orders. */
@Injectable()
export class CartEventHandlers {
  constructor(
    private readonly mergeGuestCart: MergeGuestCart,
    private readonly removePurchased: RemovePurchased,
    private readonly noteCancelled: NoteCancelledOrder,
  ) {}

  @OnEvent('user.logged_in')
  async onLoggedIn({ data }: DomainEvent<'user.logged_in'>): Promise<void> {
    if (data.shopperSessionId !== undefined) {
      await this.mergeGuestCart.execute(data.userId, data.shopperSessionId);
    }
  }

  /** The checkout empties the cart itself; the event makes sure of it when the checkout could not. */
  @OnEvents('order.confirmed')
  async onOrderConfirmed(events: DomainEvent<'order.confirmed'>[]): Promise<void> {
    for (const { data } of events) {
      const { userId, orderId, items } = data.order;
      const bought = items.map(({ productId, variantId, quantity }) => ({
        productId,
        ...(variantId !== undefined && { variantId }),
        quantity,
      }));
      await this.removePurchased.execute(userId, orderId, bought);
    }
  }

  /** An order that came to nothing gives back what it used of promotions; again, the event is the safety net. */
  @OnEvent('order.cancelled')
  async onOrderCancelled({ data }: DomainEvent<'order.cancelled'>): Promise<void> {
    await this.noteCancelled.execute(data.order.orderId);
  }
}
