/** A document a client shows or saves. */
export class PdfDocument {
  /** @param fileName the browser saves it under, e.g. `INV-2026-000123.pdf` */
  constructor(
    readonly fileName: string,
    readonly bytes: Buffer,
  ) {}
}
