import { Inject, Injectable } from '@nestjs/common';
import { Database, sql } from '@vici/database';
import { Money } from '@vici/utils';
import { type RecordedRefund, RefundRepository } from '../application/payment.repositories.js';
import type { Refund, RefundStatus } from '../domain/refund.js';
import type { PaymentTables } from './payment.tables.js';

/** Refunds in payment_db. */
@Injectable()
export class PostgresRefundRepository extends RefundRepository {
  constructor(@Inject(Database) private readonly database: Database<PaymentTables>) {
    super();
  }

  async find(id: string): Promise<Refund | undefined> {
    const row = await this.all().where('refunds.id', '=', id).executeTakeFirst();
    return row && toRefund(row);
  }

  async findByReference(intentId: string, reference: string): Promise<Refund | undefined> {
    const row = await this.all()
      .where('intent_id', '=', intentId)
      .where('reference', '=', reference)
      .executeTakeFirst();
    return row && toRefund(row);
  }

  async insert(refund: Refund): Promise<void> {
    const { id, intentId, reference, amount, reason, status, tellShopper } = refund;
    await this.database.query
      .insertInto('refunds')
      .values({
        id,
        intent_id: intentId,
        reference,
        amount_minor: amount.minor,
        reason,
        status,
        tell_shopper: tellShopper,
      })
      .execute();
  }

  async setStatus(id: string, status: RefundStatus, providerRefundId?: string): Promise<void> {
    await this.database.query
      .updateTable('refunds')
      .set({
        status,
        ...(providerRefundId !== undefined && { provider_refund_id: providerRefundId }),
        updated_at: sql<Date>`clock_timestamp()`,
      })
      .where('id', '=', id)
      .execute();
  }

  async ofIntent(intentId: string): Promise<RecordedRefund[]> {
    const rows = await this.all().where('intent_id', '=', intentId).orderBy('refunds.created_at').execute();
    return rows.map((row) => ({ ...toRefund(row), createdAt: row.created_at }));
  }

  async promised(intentId: string): Promise<bigint> {
    const { sum } = await this.database.query
      .selectFrom('refunds')
      .select(sql<bigint>`coalesce(sum(amount_minor), 0)::bigint`.as('sum'))
      .where('intent_id', '=', intentId)
      .where('status', '!=', 'FAILED')
      .executeTakeFirstOrThrow();
    return sum;
  }

  async findStuck(olderThanMs: number, limit: number): Promise<Refund[]> {
    const rows = await this.all()
      .where('refunds.status', '=', 'PENDING')
      .where('refunds.updated_at', '<', sql<Date>`now() - make_interval(secs => ${olderThanMs / 1_000})`)
      .orderBy('refunds.updated_at')
      .limit(limit)
      .execute();
    return rows.map(toRefund);
  }

  async touch(id: string): Promise<void> {
    await this.database.query
      .updateTable('refunds')
      .set({ updated_at: sql<Date>`clock_timestamp()` })
      .where('id', '=', id)
      .execute();
  }

  private all() {
    return this.database.query
      .selectFrom('refunds')
      .innerJoin('payment_intents', 'payment_intents.id', 'refunds.intent_id')
      .select([
        'refunds.id',
        'refunds.intent_id',
        'refunds.reference',
        'refunds.amount_minor',
        'refunds.reason',
        'refunds.status',
        'refunds.tell_shopper',
        'refunds.created_at',
        'payment_intents.currency',
      ]);
  }
}

interface RefundRow {
  readonly id: string;
  readonly intent_id: string;
  readonly reference: string;
  readonly amount_minor: bigint;
  readonly reason: string;
  readonly status: RefundStatus;
  readonly tell_shopper: boolean;
  readonly currency: string;
}

function toRefund(row: RefundRow): Refund {
  const { id, reference, reason, status } = row;
  return {
    id,
    intentId: row.intent_id,
    reference,
    amount: Money.of(row.amount_minor, row.currency),
    reason,
    status,
    tellShopper: row.tell_shopper,
  };
}
