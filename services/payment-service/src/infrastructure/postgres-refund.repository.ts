import { Inject, Injectable } from '@nestjs/common';
import { Database } from '@vici/database';
import { Money } from '@vici/utils';
import { sql } from 'kysely';
import { RefundRepository } from '../application/payment.repositories.js';
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

  async insert({ id, intentId, reference, amount, reason, status }: Refund): Promise<void> {
    await this.database.query
      .insertInto('refunds')
      .values({ id, intent_id: intentId, reference, amount_minor: amount.minor, reason, status })
      .execute();
  }

  async setStatus(id: string, status: RefundStatus): Promise<void> {
    await this.database.query
      .updateTable('refunds')
      .set({ status, updated_at: sql<Date>`clock_timestamp()` })
      .where('id', '=', id)
      .execute();
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
  readonly currency: string;
}

function toRefund(row: RefundRow): Refund {
  const { id, intent_id, reference, amount_minor, currency, reason, status } = row;
  return { id, intentId: intent_id, reference, amount: Money.of(amount_minor, currency), reason, status };
}
