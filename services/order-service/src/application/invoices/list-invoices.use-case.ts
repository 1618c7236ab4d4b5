import { Injectable } from '@nestjs/common';
import type { Invoice } from '../../domain/invoice.js';
import { requireVisible } from '../order-access.js';
import { InvoiceRepository } from '../ports/invoice.repository.js';
import { OrderRepository } from '../ports/order.repository.js';

/** The invoice and credit notes of an order, in the order of their issue, for its owner or the shop's staff. */
@Injectable()
export class ListInvoicesUseCase {
  constructor(
    private readonly orders: OrderRepository,
    private readonly invoices: InvoiceRepository,
  ) {}

  /** @throws DomainError NOT_FOUND, also for another user's order */
  async execute(orderId: string): Promise<readonly Invoice[]> {
    requireVisible(await this.orders.find(orderId), orderId);
    return this.invoices.listOf(orderId);
  }
}
