import { Injectable } from '@nestjs/common';
import type { Money } from '@vici/utils/domain';

/** How an order stands, as its own event says. */
export interface OrderStanding {
  readonly orderId: string;
  readonly intentId: string;
  readonly status: string;
  readonly total: Money;
  readonly asOf: Date;
}

/** The orders as their events tell of them. */
export abstract class OrderStandingRepository {
  /** Keeps the newest word of each order. */
  abstract note(standings: readonly OrderStanding[]): Promise<void>;
}

/** Remembers which order each payment stands for, so that the two can be compared without asking the orders. */
@Injectable()
export class TrackOrders {
  constructor(private readonly orders: OrderStandingRepository) {}

  async execute(standings: readonly OrderStanding[]): Promise<void> {
    const newest = new Map<string, OrderStanding>();
    for (const standing of standings) {
      const known = newest.get(standing.orderId);
      if (known === undefined || known.asOf <= standing.asOf) newest.set(standing.orderId, standing);
    }
    if (newest.size > 0) await this.orders.note([...newest.values()]);
  }
}
