import type { DomainEvent, OrderSnapshot } from '@vici/events';
import { afterChange, type OrderChange, type OrderFact } from '../../domain/order-fact.js';

/** Events that change what an order adds to the figures. */
export type OrderEvent = DomainEvent<'order.confirmed' | 'order.refunded' | 'order.cancelled'>;

/** Orders as events make them, from nothing or from what was known before. */
export class OrderFacts {
  private readonly facts: Map<string, OrderFact>;

  constructor(before: ReadonlyMap<string, OrderFact> = new Map()) {
    this.facts = new Map(before);
  }

  /** Every order that was ever confirmed. */
  get confirmed(): readonly OrderFact[] {
    return [...this.facts.values()];
  }

  /** Events of an order come in order, each once. */
  apply(event: OrderEvent): void {
    const { orderId } = event.data.order;
    const fact = afterChange(this.facts.get(orderId), changeOf(event));
    if (fact !== undefined) this.facts.set(orderId, fact);
  }
}

function changeOf(event: OrderEvent): OrderChange {
  switch (event.type) {
    case 'order.confirmed':
      return { kind: 'confirmed', order: orderOf(event.data.order, Date.parse(event.data.occurredAt)) };
    case 'order.refunded':
      return { kind: 'refunded', amount: event.data.refunded.amountMinor };
    case 'order.cancelled':
      return { kind: 'cancelled' };
  }
}

function orderOf({ orderId, userId, total, items }: OrderSnapshot, confirmedAt: number) {
  return {
    orderId,
    userId,
    currency: total.currency,
    confirmedAt,
    total: total.amountMinor,
    lines: items.map(({ productId, categoryId, quantity, totalPrice }) => ({
      productId,
      ...(categoryId !== undefined && { categoryId }),
      units: quantity,
      revenue: totalPrice.amountMinor,
    })),
  };
}
