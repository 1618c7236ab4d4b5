import { Injectable } from '@nestjs/common';
import { type Money, newId } from '@vici/utils/domain';
import type { Invoice } from '../../domain/invoice.js';
import type { Order } from '../../domain/order.entity.js';
import { InvoiceRepository } from '../ports/invoice.repository.js';

/** Bills what is paid, and credits what is given back, in the transaction in which that happens. */
@Injectable()
export class Invoicing {
  constructor(private readonly invoices: InvoiceRepository) {}

  /** The invoice of an order that has just been paid. */
  bill({ state }: Order, at: Date): Promise<void> {
    return this.issue({ orderId: state.id, kind: 'INVOICE', total: state.content.total, reason: '' }, at);
  }

  /** The credit note of money that has just gone back. */
  credit({ state }: Order, amount: Money, reason: string, at: Date): Promise<void> {
    return this.issue({ orderId: state.id, kind: 'CREDIT_NOTE', total: amount, reason }, at);
  }

  private issue(invoice: Pick<Invoice, 'orderId' | 'kind' | 'total' | 'reason'>, at: Date): Promise<void> {
    return this.invoices.issue({ ...invoice, id: newId(), year: at.getUTCFullYear(), issuedAt: at });
  }
}
