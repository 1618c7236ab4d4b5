import { Injectable } from '@nestjs/common';
import { notFound } from '@vici/utils/domain';
import { type Invoice, invoiceNumber } from '../../domain/invoice.js';
import { requireVisible } from '../order-access.js';
import { InvoiceRepository } from '../ports/invoice.repository.js';
import { OrderRepository } from '../ports/order.repository.js';
import { invoicePaper } from './invoice-paper.js';
import { InvoiceRenderer } from './invoice-renderer.port.js';

/** The document of an order, for its owner or the shop's staff. */
@Injectable()
export class GetInvoiceUseCase {
  constructor(
    private readonly orders: OrderRepository,
    private readonly invoices: InvoiceRepository,
    private readonly renderer: InvoiceRenderer,
  ) {}

  /**
   * @param number of the invoice or credit note; the order's invoice where it is missing
   * @throws DomainError NOT_FOUND, also for another user's order and before the order is paid
   */
  async execute(orderId: string, number: string | undefined): Promise<{ invoice: Invoice; pdf: Buffer }> {
    const { state } = requireVisible(await this.orders.find(orderId), orderId);
    const issued = await this.invoices.listOf(orderId);
    const invoice = issued.find((one) =>
      number === undefined ? one.kind === 'INVOICE' : invoiceNumber(one) === number,
    );
    if (invoice === undefined) {
      throw notFound('Invoice', number ?? orderId);
    }
    return { invoice, pdf: await this.renderer.render(invoicePaper(invoice, state)) };
  }
}
