import { Inject, Injectable } from '@nestjs/common';
import { Database } from '@vici/database';
import { type SuppressionReason, SuppressionRepository } from '../application/suppression.repository.js';
import type { NotificationTables } from './notification.tables.js';

/** Suppressed addresses in notification_db; letter case makes no other address. */
@Injectable()
export class PostgresSuppressionRepository extends SuppressionRepository {
  constructor(@Inject(Database) private readonly database: Database<NotificationTables>) {
    super();
  }

  async add(address: string, reason: SuppressionReason, reportId: string): Promise<void> {
    await this.database.query
      .insertInto('suppressions')
      .values({ address: address.toLowerCase(), reason, report_id: reportId })
      .onConflict((on) => on.column('address').doNothing())
      .execute();
  }

  async reasonFor(address: string): Promise<SuppressionReason | undefined> {
    const row = await this.database.query
      .selectFrom('suppressions')
      .select('reason')
      .where('address', '=', address.toLowerCase())
      .executeTakeFirst();
    return row?.reason;
  }
}
