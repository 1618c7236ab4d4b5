import { Injectable } from '@nestjs/common';
import { type DomainEvent, OnEvent, OnEvents } from '@vici/events';
import { NotifyShopper } from '../application/notify-shopper.use-case.js';
import {
  orderCancelled,
  orderConfirmed,
  orderDelivered,
  orderPaymentFailed,
  orderRefunded,
  orderShipped,
  returnDecided,
  reviewRequest,
} from '../application/order.announcements.js';
import { ReminderRepository, ReviewDelay } from '../application/reminder.repository.js';
import { StorefrontLinks } from '../application/storefront-links.js';

/** Tells shoppers what becomes of their orders. */
@Injectable()
export class OrderEventHandlers {
  constructor(
    private readonly notify: NotifyShopper,
    private readonly reminders: ReminderRepository,
    private readonly reviewDelay: ReviewDelay,
    private readonly links: StorefrontLinks,
  ) {}

  @OnEvents('order.confirmed')
  async onConfirmed(events: DomainEvent<'order.confirmed'>[]): Promise<void> {
    await this.notify.execute(...events.map((event) => orderConfirmed(event, this.links)));
  }

  @OnEvent('order.payment_failed')
  async onPaymentFailed(event: DomainEvent<'order.payment_failed'>): Promise<void> {
    await this.notify.execute(orderPaymentFailed(event, this.links));
  }

  @OnEvent('order.cancelled')
  async onCancelled(event: DomainEvent<'order.cancelled'>): Promise<void> {
    await this.notify.execute(orderCancelled(event, this.links));
  }

  @OnEvent('order.shipped')
  async onShipped(event: DomainEvent<'order.shipped'>): Promise<void> {
    await this.notify.execute(orderShipped(event, this.links));
  }

  @OnEvent('order.delivered')
  async onDelivered(event: DomainEvent<'order.delivered'>): Promise<void> {
    const { order, occurredAt } = event.data;
    await this.notify.execute(orderDelivered(event, this.links));
    const dueAt = new Date(Date.parse(occurredAt) + this.reviewDelay.ms);
    await this.reminders.add(order.orderId, reviewRequest(event, this.links), dueAt);
  }

  @OnEvent('order.refunded')
  async onRefunded(event: DomainEvent<'order.refunded'>): Promise<void> {
    await this.notify.execute(orderRefunded(event, this.links));
    // Nobody is asked how they like what they have sent back.
    await this.reminders.dropOrder(event.data.order.orderId);
  }

  @OnEvent('order.return_updated')
  async onReturnUpdated(event: DomainEvent<'order.return_updated'>): Promise<void> {
    const announcement = returnDecided(event, this.links);
    if (announcement !== undefined) await this.notify.execute(announcement);
  }
}
