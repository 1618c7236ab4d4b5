import { Injectable } from '@nestjs/common';
import type { Order } from '../domain/order.entity.js';
import { requireVisible } from './order-access.js';
import { OrderRepository } from './ports/order.repository.js';

/** One order, for its owner or the shop's staff. */
@Injectable()
export class GetOrderUseCase {
  constructor(private readonly orders: OrderRepository) {}

  /** @throws DomainError NOT_FOUND, also for another user's order */
  async execute(id: string): Promise<Order> {
    return requireVisible(await this.orders.find(id), id);
  }
}
