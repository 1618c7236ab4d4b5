import { Injectable } from '@nestjs/common';
import { type DomainEvent, OnEvent } from '@vici/events';
import { PersonalOrders } from '../application/ports/personal-orders.js';

/** Makes an order nameless when it comes to rest after its shopper has asked to be forgotten. */
@Injectable()
export class ErasedOrdersEventHandlers {
  constructor(private readonly orders: PersonalOrders) {}

  @OnEvent('order.delivered', 'order.cancelled', 'order.refunded', 'order.payment_failed')
  async onAtRest({
    data,
  }: DomainEvent<
    'order.delivered' | 'order.cancelled' | 'order.refunded' | 'order.payment_failed'
  >): Promise<void> {
    const { userId } = data.order;
    if (await this.orders.isErased(userId)) await this.orders.pseudonymise(userId);
  }
}
