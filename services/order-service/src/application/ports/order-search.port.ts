import type { PageRequest } from '@vici/database';
import type { Order } from '../../domain/order.entity.js';
import type { OrderStatus } from '../../domain/order-status.js';
import type { OrderPage } from './order.repository.js';

/** What staff narrow the list of orders by. */
export interface OrderFilter {
  /** An id of an order or payment, or the beginning of a number or e-mail address. */
  readonly search?: string;
  readonly statuses?: readonly OrderStatus[];
  readonly userId?: string;
  readonly productId?: string;
  /** Inclusive. */
  readonly placedFrom?: Date;
  /** Exclusive. */
  readonly placedTo?: Date;
  /** ISO 3166-1 alpha-2 of the shipping address. */
  readonly country?: string;
}

/** Where a slice of the list ended. */
export interface OrderPosition {
  readonly placedAt: Date;
  readonly id: string;
}

/** Everybody's orders, newest first unless told otherwise. */
export abstract class OrderSearch {
  abstract page(filter: OrderFilter, page: PageRequest, oldestFirst: boolean): Promise<OrderPage>;

  /** The next orders after a position; from the first on without one. */
  abstract slice(
    filter: OrderFilter,
    after: OrderPosition | undefined,
    limit: number,
    oldestFirst: boolean,
  ): Promise<readonly Order[]>;
}
