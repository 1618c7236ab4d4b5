import { Inject, Injectable } from '@nestjs/common';
import { Database, sql } from '@vici/database';
import { Money, parseId } from '@vici/utils/domain';
import type { Selectable } from 'kysely';
import { z } from 'zod';
import { InvoiceRepository } from '../application/ports/invoice.repository.js';
import { INVOICE_KINDS, type Invoice } from '../domain/invoice.js';
import type { InvoicesTable, OrderTables } from './order.tables.js';

const kindSchema = z.enum(INVOICE_KINDS);

/** Invoices in order_db. The counter's row lock lines up those who issue: a number is used when its transaction commits. */
@Injectable()
export class PostgresInvoiceRepository extends InvoiceRepository {
  constructor(@Inject(Database) private readonly database: Database<OrderTables>) {
    super();
  }

  async issue(invoice: Omit<Invoice, 'sequence'>): Promise<void> {
    const { id, orderId, kind, year, total, reason, issuedAt } = invoice;
    // Last of all: nobody waits for the counter while this transaction still asks, or waits, for something else.
    const issued = sql`
      WITH drawn AS (
        INSERT INTO invoice_numbers AS counter (kind, year, last) VALUES (${kind}, ${year}, 1)
        ON CONFLICT (kind, year) DO UPDATE SET last = counter.last + 1
        RETURNING last
      )
      INSERT INTO invoices (id, order_id, kind, year, sequence, total, currency, reason, issued_at)
      SELECT ${id}, ${orderId}, ${kind}, ${year}, drawn.last, ${total.minor}, ${total.currency}, ${reason},
             ${issuedAt}
      FROM drawn`;
    await this.database.executeWithCommit(issued, 'last');
  }

  async listOf(orderId: string): Promise<readonly Invoice[]> {
    const rows = await this.database.query
      .selectFrom('invoices')
      .selectAll()
      .where('order_id', '=', orderId)
      .orderBy('issued_at')
      .orderBy('id')
      .execute();
    return rows.map(toInvoice);
  }
}

function toInvoice(row: Selectable<InvoicesTable>): Invoice {
  const { kind, year, sequence, reason } = row;
  return {
    id: parseId(row.id, 'id'),
    orderId: row.order_id,
    kind: kindSchema.parse(kind),
    year,
    sequence,
    total: Money.of(row.total, row.currency),
    reason,
    issuedAt: row.issued_at,
  };
}
