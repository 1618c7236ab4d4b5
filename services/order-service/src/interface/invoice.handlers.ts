import { Injectable } from '@nestjs/common';
import type {
  GetInvoiceRequest,
  InvoiceDocument,
  ListInvoicesRequest,
  ListInvoicesResponse,
} from '@vici/proto-gen/order';
import { parseId } from '@vici/utils/domain';
import { GetInvoiceUseCase } from '../application/invoices/get-invoice.use-case.js';
import { ListInvoicesUseCase } from '../application/invoices/list-invoices.use-case.js';
import { toInvoiceMessage } from './after-sales.mapper.js';

/** The papers of an order. */
@Injectable()
export class InvoiceHandlers {
  constructor(
    private readonly list: ListInvoicesUseCase,
    private readonly one: GetInvoiceUseCase,
  ) {}

  async listInvoices({ orderId }: ListInvoicesRequest): Promise<ListInvoicesResponse> {
    const invoices = await this.list.execute(parseId(orderId, 'orderId'));
    return { invoices: invoices.map(toInvoiceMessage) };
  }

  async getInvoice({ orderId, number }: GetInvoiceRequest): Promise<InvoiceDocument> {
    const { invoice, pdf } = await this.one.execute(parseId(orderId, 'orderId'), number || undefined);
    return { invoice: toInvoiceMessage(invoice), pdf };
  }
}
