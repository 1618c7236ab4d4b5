import { Injectable } from '@nestjs/common';
import { type DomainEvent, OnEvent } from '@vici/events';
import { NotifyShopper } from '../application/notify-shopper.use-case.js';
import { orderCancelled, orderConfirmed, orderPaymentFailed } from '../application/order.announcements.js';
import { StorefrontLinks } from '../application/storefront-links.js';

/** Tells shoppers what becomes of their orders. */
@Injectable()
export class OrderEventHandlers {
  constructor(
    private readonly notify: NotifyShopper,
    private readonly links: StorefrontLinks,
  ) {}

  @OnEvent('order.confirmed')
  async onConfirmed(event: DomainEvent<'order.confirmed'>): Promise<void> {
    await this.notify.execute(orderConfirmed(event, this.links));
  }

  @OnEvent('order.payment_failed')
  async onPaymentFailed(event: DomainEvent<'order.payment_failed'>): Promise<void> {
    await this.notify.execute(orderPaymentFailed(event, this.links));
  }

  @OnEvent('order.cancelled')
  async onCancelled(event: DomainEvent<'order.cancelled'>): Promise<void> {
    await this.notify.execute(orderCancelled(event, this.links));
  }
}
