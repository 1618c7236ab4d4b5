import { Inject, Injectable } from '@nestjs/common';
import { Database, json, sql } from '@vici/database';
import { Money, parseId } from '@vici/utils/domain';
import type { RawBuilder, Selectable } from 'kysely';
import { z } from 'zod';
import { RefundRepository } from '../application/ports/refund.repository.js';
import { REFUND_STATUSES, type Refund } from '../domain/refund.js';
import { fromNow } from './from-now.js';
import { itemQuantitiesSchema } from './item-quantity.schema.js';
import type { OrderTables, RefundsTable } from './order.tables.js';

const statusSchema = z.enum(REFUND_STATUSES);

/** Refunds in order_db. */
@Injectable()
export class PostgresRefundRepository extends RefundRepository {
  constructor(@Inject(Database) private readonly database: Database<OrderTables>) {
    super();
  }

  async add(refund: Refund, takenForMs: number): Promise<void> {
    await this.insert(refund, fromNow(takenForMs), null);
  }

  async addSettled(refund: Refund): Promise<void> {
    await this.insert(refund, null, refund.createdAt);
  }

  async findByRequestKey(orderId: string, key: string): Promise<Refund | undefined> {
    const row = await this.refunds()
      .where('order_id', '=', orderId)
      .where('request_key', '=', key)
      .executeTakeFirst();
    return row === undefined ? undefined : toRefund(row);
  }

  async listOf(orderId: string): Promise<readonly Refund[]> {
    const rows = await this.refunds()
      .where('order_id', '=', orderId)
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .execute();
    return rows.map(toRefund);
  }

  async takeDue(limit: number, takenForMs: number): Promise<readonly Refund[]> {
    const { rows } = await sql<Selectable<RefundsTable>>`
      UPDATE refunds SET next_run_at = ${fromNow(takenForMs)}
      WHERE id IN (
        SELECT id FROM refunds WHERE next_run_at <= now()
        ORDER BY next_run_at LIMIT ${limit} FOR UPDATE SKIP LOCKED)
      RETURNING *`.execute(this.database.query);
    return rows.map(toRefund);
  }

  async settle(id: string, status: 'SUCCEEDED' | 'FAILED', at: Date, error?: string): Promise<boolean> {
    const { numUpdatedRows } = await this.database.query
      .updateTable('refunds')
      .set({ status, settled_at: at, next_run_at: null, last_error: error ?? null })
      .where('id', '=', id)
      .where('status', '=', 'PENDING')
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  }

  async postpone(id: string, milliseconds: number, error: string): Promise<void> {
    await sql`
      UPDATE refunds
      SET next_run_at = ${fromNow(milliseconds)}, attempts = attempts + 1, last_error = ${error}
      WHERE id = ${id} AND status = 'PENDING'`.execute(this.database.query);
  }

  async countStuck(failures: number): Promise<number> {
    const { rows } = await sql<{ stuck: number }>`
      SELECT count(*)::int AS stuck FROM refunds
      WHERE next_run_at IS NOT NULL AND attempts >= ${failures}`.execute(this.database.query);
    return rows[0]?.stuck ?? 0;
  }

  private refunds() {
    return this.database.query.selectFrom('refunds').selectAll();
  }

  private async insert(
    refund: Refund,
    nextRunAt: RawBuilder<Date> | null,
    settledAt: Date | null,
  ): Promise<void> {
    await this.database.query
      .insertInto('refunds')
      .values({
        id: refund.id,
        order_id: refund.orderId,
        amount: refund.amount.minor,
        currency: refund.amount.currency,
        reason: refund.reason,
        requested_by: refund.requestedBy,
        status: refund.status,
        restock: json(refund.restock),
        return_id: refund.returnId ?? null,
        request_key: refund.requestKey ?? null,
        last_error: null,
        next_run_at: nextRunAt,
        created_at: refund.createdAt,
        settled_at: settledAt,
      })
      .execute();
  }
}

function toRefund(row: Selectable<RefundsTable>): Refund {
  return {
    id: parseId(row.id, 'id'),
    orderId: row.order_id,
    amount: Money.of(row.amount, row.currency),
    reason: row.reason,
    requestedBy: row.requested_by,
    status: statusSchema.parse(row.status),
    restock: itemQuantitiesSchema.parse(row.restock),
    ...(row.return_id === null ? {} : { returnId: row.return_id }),
    ...(row.request_key === null ? {} : { requestKey: row.request_key }),
    failures: row.attempts,
    ...(row.last_error === null ? {} : { lastError: row.last_error }),
    createdAt: row.created_at,
  };
}
