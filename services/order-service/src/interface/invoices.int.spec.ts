import { Database } from '@vici/database';
import { OrderStatus } from '@vici/proto-gen/order';
import { asCaller } from '@vici/testing';
import { Money, newId } from '@vici/utils';
import { describe, expect, it } from 'vitest';
import { InvoiceRepository } from '../application/ports/invoice.repository.js';
import { TOTAL, useCheckoutWorld } from './fixtures/checkout-world.fixture.js';

const world = useCheckoutWorld();

async function bought() {
  const shopper = world.shopper();
  const { orderId } = await world.confirm(shopper, await world.openIntent(shopper));
  return { shopper, orderId };
}

async function sequences(kind: string): Promise<number[]> {
  const { pool } = world.service.get(Database);
  const { rows } = await pool.query('SELECT sequence FROM invoices WHERE kind = $1 ORDER BY sequence', [
    kind,
  ]);
  return rows.map((row) => Number(row.sequence));
}

describe('an invoice', () => {
  it('bills the paid order as a PDF, the same bytes each time, to its owner and the staff alone', async () => {
    const { shopper, orderId } = await bought();
    const read = () => world.as(shopper, () => world.orders().getInvoice({ orderId }));
    const first = await read();
    expect(first.invoice?.number).toMatch(/^INV-\d{4}-\d{6}$/);
    expect(first.invoice?.total).toEqual({ minor: TOTAL, currency: 'USD' });
    expect(Buffer.from(first.pdf.subarray(0, 5)).toString()).toBe('%PDF-');
    expect(Buffer.from((await read()).pdf).equals(Buffer.from(first.pdf))).toBe(true);
    await asCaller({ role: 'support', userId: newId() }, () => world.orders().getInvoice({ orderId }));
    const stranger = world.as(world.shopper(), () => world.orders().getInvoice({ orderId }));
    await expect(stranger).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('is not there before the order is paid', async () => {
    const shopper = world.shopper();
    await world.confirm(shopper, await world.openIntent(shopper), 'pm_declined').catch(() => undefined);
    const { orders } = await world.as(shopper, () => world.orders().listOrders({}));
    const orderId = orders[0]?.id ?? '';
    const read = world.as(shopper, () => world.orders().getInvoice({ orderId }));
    await expect(read).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('of a cancelled order is followed by a credit note of all that was paid, with a document of its own', async () => {
    const { shopper, orderId } = await bought();
    const { status } = await world.as(shopper, () =>
      world.orders().cancelOrder({ id: orderId }, { timeoutMs: 15_000 }),
    );
    expect(status).toBe(OrderStatus.CANCELLED);
    const { invoices } = await world.as(shopper, () => world.orders().listInvoices({ orderId }));
    expect(invoices.map(({ total }) => total?.minor)).toEqual([TOTAL, TOTAL]);
    const number = invoices[1]?.number;
    const note = await world.as(shopper, () => world.orders().getInvoice({ orderId, number }));
    expect(note.invoice?.number).toMatch(/^CN-\d{4}-\d{6}$/);
    expect(note.pdf.length).toBeGreaterThan(1_000);
  });

  it('carries the next number without a gap, though many are issued at once and some of their transactions fail', async () => {
    const { orderId } = await bought();
    const before = await sequences('CREDIT_NOTE');
    const database = world.service.get(Database);
    const invoices = world.service.get(InvoiceRepository);
    const issue = (fails: boolean) =>
      database.transaction(async () => {
        const issuedAt = new Date();
        const total = Money.of(1, 'USD');
        const note = {
          id: newId<'Invoice'>(),
          orderId,
          kind: 'CREDIT_NOTE',
          reason: 'x',
          total,
          issuedAt,
        } as const;
        await invoices.issue({ ...note, year: issuedAt.getUTCFullYear() });
        if (fails) throw new Error('the order could not be stored');
      });
    const done = await Promise.allSettled(Array.from({ length: 40 }, (_, index) => issue(index % 3 === 0)));
    expect(done.filter(({ status }) => status === 'rejected')).toHaveLength(14);
    const after = await sequences('CREDIT_NOTE');
    expect(after).toEqual(Array.from({ length: before.length + 26 }, (_, index) => index + 1));
  });

  it('is numbered without a gap by checkouts that run side by side', async () => {
    await Promise.all(Array.from({ length: 8 }, bought));
    const all = await sequences('INVOICE');
    expect(all).toEqual(Array.from({ length: all.length }, (_, index) => index + 1));
  });
});
