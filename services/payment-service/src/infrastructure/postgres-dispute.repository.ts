import { Inject, Injectable } from '@nestjs/common';
import { Database, sql } from '@vici/database';
import { Money } from '@vici/utils';
import type { Selectable } from 'kysely';
import { DisputeRepository, type RecordedDispute } from '../application/payment.repositories.js';
import type { Dispute, DisputeStatus } from '../domain/dispute.js';
import type { PaymentTables } from './payment.tables.js';

/** Disputes in payment_db. */
@Injectable()
export class PostgresDisputeRepository extends DisputeRepository {
  constructor(@Inject(Database) private readonly database: Database<PaymentTables>) {
    super();
  }

  async find(provider: string, id: string): Promise<Dispute | undefined> {
    const row = await this.all()
      .where('provider', '=', provider)
      .where('dispute_id', '=', id)
      .executeTakeFirst();
    return row && toDispute(row);
  }

  async insert(provider: string, { id, intentId, amount, reason, status }: Dispute): Promise<void> {
    await this.database.query
      .insertInto('disputes')
      .values({
        provider,
        dispute_id: id,
        intent_id: intentId,
        amount_minor: amount.minor,
        currency: amount.currency,
        reason,
        status,
      })
      .execute();
  }

  async setStatus(provider: string, id: string, status: DisputeStatus): Promise<void> {
    await this.database.query
      .updateTable('disputes')
      .set({ status, updated_at: sql<Date>`clock_timestamp()` })
      .where('provider', '=', provider)
      .where('dispute_id', '=', id)
      .execute();
  }

  async ofIntent(intentId: string): Promise<RecordedDispute[]> {
    const rows = await this.all().where('intent_id', '=', intentId).orderBy('created_at').execute();
    return rows.map((row) => ({ ...toDispute(row), createdAt: row.created_at }));
  }

  private all() {
    return this.database.query.selectFrom('disputes').selectAll();
  }
}

function toDispute(row: Selectable<PaymentTables['disputes']>): Dispute {
  return {
    id: row.dispute_id,
    intentId: row.intent_id,
    amount: Money.of(row.amount_minor, row.currency),
    reason: row.reason,
    status: row.status,
  };
}
