import { Inject, Injectable } from '@nestjs/common';
import { Database, sql } from '@vici/database';
import { Money } from '@vici/utils';
import { Ledger, type RecordedEntry } from '../application/payment.repositories.js';
import type { LedgerEntry } from '../domain/ledger.js';
import type { PaymentTables } from './payment.tables.js';

/** The ledger in payment_db; triggers keep it balanced and append-only. */
@Injectable()
export class PostgresLedger extends Ledger {
  constructor(@Inject(Database) private readonly database: Database<PaymentTables>) {
    super();
  }

  async record(entries: readonly LedgerEntry[]): Promise<void> {
    const rows = entries.map(
      ({ transactionId, intentId, account, debit, credit }) =>
        sql`(${transactionId}, ${intentId}, ${account}, ${debit.minor}, ${credit.minor}, ${debit.currency})`,
    );
    await this.database.executeWithCommit(sql`
      insert into ledger_entries (transaction_id, intent_id, account, debit_minor, credit_minor, currency)
      values ${sql.join(rows)}`);
  }

  async ofIntent(intentId: string): Promise<RecordedEntry[]> {
    const rows = await this.database.query
      .selectFrom('ledger_entries')
      .selectAll()
      .where('intent_id', '=', intentId)
      .orderBy('id')
      .execute();
    return rows.map((row) => ({
      transactionId: row.transaction_id,
      intentId: row.intent_id,
      account: row.account,
      debit: Money.of(row.debit_minor, row.currency),
      credit: Money.of(row.credit_minor, row.currency),
      createdAt: row.created_at,
    }));
  }
}
