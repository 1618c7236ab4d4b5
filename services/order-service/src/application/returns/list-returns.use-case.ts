import { Injectable } from '@nestjs/common';
import type { Return } from '../../domain/return.entity.js';
import { requireVisible } from '../order-access.js';
import { OrderRepository } from '../ports/order.repository.js';
import { ReturnRepository } from '../ports/return.repository.js';

/** The returns of an order, newest first, for its owner or the shop's staff. */
@Injectable()
export class ListReturnsUseCase {
  constructor(
    private readonly orders: OrderRepository,
    private readonly returns: ReturnRepository,
  ) {}

  /** @throws DomainError NOT_FOUND, also for another user's order */
  async execute(orderId: string): Promise<readonly Return[]> {
    requireVisible(await this.orders.find(orderId), orderId);
    return this.returns.listOf(orderId);
  }
}
