import { Injectable } from '@nestjs/common';
import type { PageRequest } from '@vici/database';
import type { OrderPage } from './ports/order.repository.js';
import { type OrderFilter, OrderSearch } from './ports/order-search.port.js';

/** One page of everybody's orders, for the shop's staff. */
@Injectable()
export class SearchOrdersUseCase {
  constructor(private readonly orders: OrderSearch) {}

  execute(filter: OrderFilter, page: PageRequest, oldestFirst: boolean): Promise<OrderPage> {
    return this.orders.page(filter, page, oldestFirst);
  }
}
