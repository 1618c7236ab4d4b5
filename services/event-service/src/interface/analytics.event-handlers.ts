import { Injectable } from '@nestjs/common';
import { type DomainEvent, OnEvent, OnEventBatch } from '@vici/events';
import { CountOrders } from '../application/analytics/count-orders.use-case.js';
import { Names, Registrations } from '../application/analytics/figures.port.js';
import type { OrderEvent } from '../application/analytics/order-facts.js';

const MAX_BATCH = 200;

/** Feeds the figures of the shop from what other services tell. */
@Injectable()
export class AnalyticsEventHandlers {
  constructor(
    private readonly countingOrders: CountOrders,
    private readonly names: Names,
    private readonly registrations: Registrations,
  ) {}

  @OnEventBatch(
    { topics: ['order-events'], maxBatch: MAX_BATCH },
    'order.confirmed',
    'order.refunded',
    'order.cancelled',
  )
  async countOrders(events: OrderEvent[]): Promise<void> {
    await this.countingOrders.execute(events);
  }

  @OnEvent('user.registered')
  async onRegistered({ data }: DomainEvent<'user.registered'>): Promise<void> {
    await this.registrations.add(data.userId, new Date(data.registeredAt));
  }

  @OnEvent('product.created', 'product.updated')
  async onProduct({ data }: DomainEvent<'product.created' | 'product.updated'>): Promise<void> {
    await this.names.ofProducts(new Map([[data.productId, data.name]]));
    await this.names.ofCategories(new Map([[data.categoryId, data.categoryName]]));
  }
}
