import { describe, expect, it } from 'vitest';
import type { InvoicePaper } from '../application/invoices/invoice-renderer.port.js';
import { PdfInvoiceRenderer } from './pdf.invoice-renderer.js';

const line = (index: number) => ({
  name: `Đèn bàn Ω Лампа ${index}`,
  detail: 'LAMP-1',
  quantity: '1',
  unit: '1.00 USD',
  total: '1.00 USD',
});
const paper = (lines: number): InvoicePaper => ({
  title: 'Invoice',
  number: 'INV-2026-000001',
  issuedAt: new Date('2026-03-01T00:00:00Z'),
  facts: ['Order VIC-2026-000001'],
  billedTo: ['Nguyễn Thị Huệ', '1 Đường Láng'],
  sentTo: ['Ada Lovelace'],
  lines: Array.from({ length: lines }, (_, index) => line(index)),
  amounts: [{ name: 'Total', amount: `${lines}.00 USD` }],
  closing: 'Thank you.',
});
const pagesOf = (pdf: Buffer) => pdf.toString('latin1').match(/\/Type \/Page\b/g)?.length;

describe('an invoice as PDF', () => {
  it('of 100 lines goes over several pages, and other work gets its turn meanwhile', async () => {
    let turns = 0;
    const timer = setInterval(() => {
      turns += 1;
    }, 0);
    const pdf = await new PdfInvoiceRenderer().render(paper(100));
    clearInterval(timer);
    expect(pagesOf(pdf)).toBe(5);
    expect(turns).toBeGreaterThan(5);
  });

  it('is the same bytes for the same paper, also when many are asked for at once', async () => {
    const renderer = new PdfInvoiceRenderer();
    const [first, ...others] = await Promise.all([1, 2, 3].map(() => renderer.render(paper(3))));
    for (const other of others) expect(first?.equals(other)).toBe(true);
    expect(pagesOf(first ?? Buffer.alloc(0))).toBe(1);
  });
});
