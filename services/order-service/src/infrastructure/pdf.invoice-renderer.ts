import { createRequire } from 'node:module';
import { buffer } from 'node:stream/consumers';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import PDFDocument from 'pdfkit';
import {
  type InvoiceLine,
  type InvoicePaper,
  InvoiceRenderer,
} from '../application/invoices/invoice-renderer.port.js';

const require = createRequire(import.meta.url);
/** Latin with Vietnamese, Greek and Cyrillic: what addresses and product names are written in. */
const FONTS = {
  plain: require.resolve('roboto-fontface/fonts/roboto/Roboto-Regular.woff'),
  bold: require.resolve('roboto-fontface/fonts/roboto/Roboto-Bold.woff'),
};
const MARGIN = 50;
const RIGHT = 545;
const COLUMNS = { name: MARGIN, quantity: 330, unit: 370, total: 460 } as const;
const ROW_HEIGHT = 30;
const PAGE_END = 740;
/** Lines drawn before other work of the process gets its turn. */
const LINES_A_TURN = 10;

type Document = InstanceType<typeof PDFDocument>;

/**
 * Invoices as PDF. The same paper gives the same bytes. One at a time and a few lines a turn, so that documents of
 * 100 lines never hold up the requests of this process.
 */
@Injectable()
export class PdfInvoiceRenderer extends InvoiceRenderer {
  private queue: Promise<unknown> = Promise.resolve();

  render(paper: InvoicePaper): Promise<Buffer> {
    const turn = this.queue.then(() => draw(paper));
    this.queue = turn.catch(() => undefined);
    return turn;
  }
}

async function draw(paper: InvoicePaper): Promise<Buffer> {
  const document = new PDFDocument({
    size: 'A4',
    margin: MARGIN,
    font: FONTS.plain,
    info: { Title: `${paper.title} ${paper.number}`, Author: 'Vici', CreationDate: paper.issuedAt },
  });
  const written = buffer(document);
  document.registerFont('plain', FONTS.plain).registerFont('bold', FONTS.bold);
  drawHead(document, paper);
  await drawLines(document, paper.lines);
  drawAmounts(document, paper);
  document.end();
  return written;
}

function drawHead(document: Document, paper: InvoicePaper): void {
  document.font('bold').fontSize(20).text('Vici', MARGIN, MARGIN);
  document.fontSize(14).text(`${paper.title} ${paper.number}`, MARGIN, 80);
  document.font('plain').fontSize(10);
  for (const fact of paper.facts) {
    document.text(fact, MARGIN);
  }
  const top = document.y + 15;
  drawAddress(document, 'Billed to', paper.billedTo, MARGIN, top);
  drawAddress(document, 'Sent to', paper.sentTo, COLUMNS.quantity, top);
  document.y = top + 15 * (2 + Math.max(paper.billedTo.length, paper.sentTo.length));
}

function drawAddress(
  document: Document,
  title: string,
  lines: readonly string[],
  x: number,
  y: number,
): void {
  document.font('bold').text(title, x, y).font('plain');
  for (const [index, line] of lines.entries()) {
    document.text(line, x, y + 15 * (index + 1), {
      width: 215,
      height: 14,
      ellipsis: true,
      lineBreak: false,
    });
  }
}

async function drawLines(document: Document, lines: readonly InvoiceLine[]): Promise<void> {
  drawRow(document, { name: 'Item', detail: '', quantity: 'Qty', unit: 'Price', total: 'Total' }, 'bold');
  for (const [index, line] of lines.entries()) {
    if (index % LINES_A_TURN === LINES_A_TURN - 1) {
      await nextTurn();
    }
    drawRow(document, line, 'plain');
  }
  document.moveTo(MARGIN, document.y).lineTo(RIGHT, document.y).stroke();
}

function drawRow(document: Document, line: InvoiceLine, font: 'plain' | 'bold'): void {
  if (document.y > PAGE_END) {
    document.addPage();
  }
  const { y } = document;
  const cell = { height: 13, ellipsis: true, lineBreak: false } as const;
  document.font(font).fontSize(10);
  document.text(line.name, COLUMNS.name, y, { ...cell, width: 270 });
  document.text(line.quantity, COLUMNS.quantity, y, { ...cell, width: 35, align: 'right' });
  document.text(line.unit, COLUMNS.unit, y, { ...cell, width: 85, align: 'right' });
  document.text(line.total, COLUMNS.total, y, { ...cell, width: 85, align: 'right' });
  document
    .fontSize(8)
    .fillColor('#666666')
    .text(line.detail, COLUMNS.name, y + 13, { ...cell, width: 270 });
  document.fillColor('black').fontSize(10);
  document.y = y + ROW_HEIGHT;
}

function drawAmounts(document: Document, { amounts, closing }: InvoicePaper): void {
  if (document.y > PAGE_END - 20 * amounts.length) {
    document.addPage();
  }
  document.y += 10;
  for (const [index, { name, amount }] of amounts.entries()) {
    const { y } = document;
    document.font(index === amounts.length - 1 ? 'bold' : 'plain');
    document.text(name, COLUMNS.quantity, y, { width: 125 });
    document.text(amount, COLUMNS.total, y, { width: 85, align: 'right' });
    document.y = y + 18;
  }
  document
    .font('plain')
    .fontSize(9)
    .text(closing, MARGIN, document.y + 15, { width: RIGHT - MARGIN });
}
