import { Injectable } from '@nestjs/common';
import type { PageRequest } from '@vici/database';
import { requireUserId } from '@vici/utils';
import type { OrderStatus } from '../domain/order-status.js';
import { type OrderPage, OrderRepository } from './ports/order.repository.js';

/** The caller's own orders, newest first. */
@Injectable()
export class ListOrdersUseCase {
  constructor(private readonly orders: OrderRepository) {}

  /** @throws DomainError UNAUTHENTICATED */
  execute(page: PageRequest, status?: OrderStatus): Promise<OrderPage> {
    return this.orders.listOf(requireUserId(), status, page);
  }
}
