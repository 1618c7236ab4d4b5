import { Injectable } from '@nestjs/common';
import type { HistoryEntry } from '../domain/order.entity.js';
import { requireVisible } from './order-access.js';
import { OrderRepository } from './ports/order.repository.js';

/** What happened to an order, oldest first, for its owner or the shop's staff. */
@Injectable()
export class GetOrderHistoryUseCase {
  constructor(private readonly orders: OrderRepository) {}

  /** @throws DomainError NOT_FOUND, also for another user's order */
  async execute(id: string): Promise<readonly HistoryEntry[]> {
    requireVisible(await this.orders.find(id), id);
    return this.orders.history(id);
  }
}
