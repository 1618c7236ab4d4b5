import type { Invoice } from '../../domain/invoice.js';

/** Where invoices and credit notes are kept. */
export abstract class InvoiceRepository {
  /**
   * Stores one under the next number of its kind and year. Call it inside the transaction of what is billed, and late:
   * until the commit everybody else waits for the next number. A transaction that rolls back uses no number up.
   */
  abstract issue(invoice: Omit<Invoice, 'sequence'>): Promise<Invoice>;

  /** In the order of their issue. */
  abstract listOf(orderId: string): Promise<readonly Invoice[]>;
}
