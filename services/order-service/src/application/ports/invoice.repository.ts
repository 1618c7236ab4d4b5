import type { Invoice } from '../../domain/invoice.js';

/** Where invoices and credit notes are kept. */
export abstract class InvoiceRepository {
  /**
   * Stores one, with the transaction of what is billed, under the next number of its kind and year at the commit. A
   * transaction that rolls back uses no number up.
   */
  abstract issue(invoice: Omit<Invoice, 'sequence'>): Promise<void>;

  /** In the order of their issue. */
  abstract listOf(orderId: string): Promise<readonly Invoice[]>;
}
