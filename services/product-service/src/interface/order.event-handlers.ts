import { Injectable } from '@nestjs/common';
import { type DomainEvent, OnEvents, type OrderSnapshot } from '@vici/events';
import { ProductActivity, type Purchase } from '../application/product-activity.js';

/** Counts what is sold, as popularity orders lists and search results, and who bought it, which verifies reviews. */
@Injectable()
export class OrderEventHandlers {
  constructor(private readonly activity: ProductActivity) {}

  @OnEvents('order.confirmed')
  async onConfirmed(events: DomainEvent<'order.confirmed'>[]): Promise<void> {
    await this.activity.recordPurchases(events.flatMap(({ data }) => purchasesOf(data.order)));
  }
}

function purchasesOf({ userId, items }: OrderSnapshot): Purchase[] {
  const units = new Map<string, number>();
  for (const { productId, quantity } of items) units.set(productId, (units.get(productId) ?? 0) + quantity);
  return [...units].map(([productId, sold]) => ({ userId, productId, units: sold }));
}
