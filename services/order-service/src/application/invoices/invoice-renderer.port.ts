/** One line of a paper, as it is printed. */
export interface InvoiceLine {
  readonly name: string;
  /** Small print under the name. */
  readonly detail: string;
  readonly quantity: string;
  readonly unit: string;
  readonly total: string;
}

/** What stands on an invoice or a credit note. */
export interface InvoicePaper {
  readonly title: string;
  readonly number: string;
  readonly issuedAt: Date;
  readonly facts: readonly string[];
  readonly billedTo: readonly string[];
  readonly sentTo: readonly string[];
  readonly lines: readonly InvoiceLine[];
  /** Subtotal to total; the last one counts. */
  readonly amounts: readonly { readonly name: string; readonly amount: string }[];
  readonly closing: string;
}

/** Prints papers. */
export abstract class InvoiceRenderer {
  /** The paper as a PDF document; the same paper gives the same bytes. */
  abstract render(paper: InvoicePaper): Promise<Buffer>;
}
