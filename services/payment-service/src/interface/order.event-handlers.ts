import { Injectable } from '@nestjs/common';
import { type DomainEvent, OnEventBatch } from '@vici/events';
import { Money } from '@vici/utils';
import { type OrderStanding, TrackOrders } from '../application/track-orders.use-case.js';

type Told = DomainEvent<'order.confirmed' | 'order.cancelled' | 'order.refunded'>;

/** What the orders tell of: which of them are paid for, and which are over. */
@Injectable()
export class OrderEventHandlers {
  constructor(private readonly tracking: TrackOrders) {}

  @OnEventBatch(
    { topics: ['order-events'], idempotent: true },
    'order.confirmed',
    'order.cancelled',
    'order.refunded',
  )
  async trackOrders(events: Told[]): Promise<void> {
    await this.tracking.execute(events.flatMap(standing));
  }
}

function standing({ data: { order, occurredAt } }: Told): OrderStanding[] {
  if (order.paymentId === undefined) return [];
  return [
    {
      orderId: order.orderId,
      intentId: order.paymentId,
      status: order.status,
      total: Money.of(BigInt(order.total.amountMinor), order.total.currency),
      asOf: new Date(occurredAt),
    },
  ];
}
