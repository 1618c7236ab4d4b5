import type { Id, Money } from '@vici/utils/domain';

export const INVOICE_KINDS = ['INVOICE', 'CREDIT_NOTE'] as const;
export type InvoiceKind = (typeof INVOICE_KINDS)[number];

/** What bills an order, or credits part of it. It never changes. */
export interface Invoice {
  readonly id: Id<'Invoice'>;
  readonly orderId: string;
  readonly kind: InvoiceKind;
  readonly year: number;
  /** Counted from 1 per kind and year, without a gap. */
  readonly sequence: number;
  readonly total: Money;
  /** Why money went back; empty on an invoice. */
  readonly reason: string;
  readonly issuedAt: Date;
}

const PREFIXES: Readonly<Record<InvoiceKind, string>> = { INVOICE: 'INV', CREDIT_NOTE: 'CN' };
const DIGITS = 6;

/** `INV-2026-000123`, `CN-2026-000045`. */
export function invoiceNumber({ kind, year, sequence }: Pick<Invoice, 'kind' | 'year' | 'sequence'>): string {
  return `${PREFIXES[kind]}-${year}-${String(sequence).padStart(DIGITS, '0')}`;
}
