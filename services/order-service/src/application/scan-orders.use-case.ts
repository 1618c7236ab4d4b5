import { Injectable } from '@nestjs/common';
import type { Order } from '../domain/order.entity.js';
import { type OrderFilter, type OrderPosition, OrderSearch } from './ports/order-search.port.js';

/** A slice of everybody's orders and where the next one begins. */
export interface OrderSlice {
  readonly orders: readonly Order[];
  /** Missing after the last slice. */
  readonly next?: OrderPosition;
}

/** The whole list of orders in slices, for exports: orders that come in meanwhile neither shift nor repeat any. */
@Injectable()
export class ScanOrdersUseCase {
  constructor(private readonly orders: OrderSearch) {}

  async execute(
    filter: OrderFilter,
    after: OrderPosition | undefined,
    limit: number,
    oldestFirst: boolean,
  ): Promise<OrderSlice> {
    const orders = await this.orders.slice(filter, after, limit, oldestFirst);
    const last = orders.at(-1);
    return last === undefined || orders.length < limit
      ? { orders }
      : { orders, next: { placedAt: last.state.placedAt, id: last.state.id } };
  }
}
