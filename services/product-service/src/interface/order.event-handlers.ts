import { Injectable } from '@nestjs/common';
import { type DomainEvent, OnEvent } from '@vici/events';
import { ProductActivity } from '../application/product-activity.js';

/** Counts what is sold, as popularity orders lists and search results, and who bought it, which verifies reviews. */
@Injectable()
export class OrderEventHandlers {
  constructor(private readonly activity: ProductActivity) {}

  @OnEvent('order.confirmed')
  async onConfirmed({ data }: DomainEvent<'order.confirmed'>): Promise<void> {
    const units = new Map<string, number>();
    for (const { productId, quantity } of data.order.items)
      units.set(productId, (units.get(productId) ?? 0) + quantity);
    await this.activity.recordPurchase(data.order.userId, units);
  }
}
