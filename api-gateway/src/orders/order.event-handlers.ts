import { Injectable } from '@nestjs/common';
import { type DomainEvent, OnEvent } from '@vici/events';
import { OrderFeed } from './order.feed.js';

type OrderEventType =
  | 'order.created'
  | 'order.confirmed'
  | 'order.payment_failed'
  | 'order.preparing'
  | 'order.shipped'
  | 'order.delivered'
  | 'order.cancelled'
  | 'order.refunded';

/** Hands what is told of orders to the streams that are open here. Every gateway hears of every order. */
@Injectable()
export class OrderEventHandlers {
  constructor(private readonly feed: OrderFeed) {}

  @OnEvent(
    'order.created',
    'order.confirmed',
    'order.payment_failed',
    'order.preparing',
    'order.shipped',
    'order.delivered',
    'order.cancelled',
    'order.refunded',
  )
  async onChange({ id, type, data }: DomainEvent<OrderEventType>): Promise<void> {
    const { order, occurredAt } = data;
    if (this.feed.hasSubscribers(order.orderId)) {
      const { orderId, status } = order;
      const tracking = type === 'order.shipped' && 'tracking' in data ? data.tracking : undefined;
      this.feed.publish(orderId, {
        event: 'order',
        id,
        data: { orderId, status, at: occurredAt, ...(tracking !== undefined && { tracking }) },
      });
    }
  }
}
