import { Injectable } from '@nestjs/common';
import type { Refund } from '../../domain/refund.js';
import { requireVisible } from '../order-access.js';
import { OrderRepository } from '../ports/order.repository.js';
import { RefundRepository } from '../ports/refund.repository.js';

/** The refunds of an order, newest first, for its owner or the shop's staff. */
@Injectable()
export class ListRefundsUseCase {
  constructor(
    private readonly orders: OrderRepository,
    private readonly refunds: RefundRepository,
  ) {}

  /** @throws DomainError NOT_FOUND, also for another user's order */
  async execute(orderId: string): Promise<readonly Refund[]> {
    requireVisible(await this.orders.find(orderId), orderId);
    return this.refunds.listOf(orderId);
  }
}
