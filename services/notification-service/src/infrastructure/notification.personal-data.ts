import { Inject, Injectable } from '@nestjs/common';
import { Database } from '@vici/database';
import { type Erasure, PersonalData, type PersonalRecord } from '@vici/events';
import type { NotificationTables } from './notification.tables.js';

const PAGE = 500;
const LEAST_ID = '00000000-0000-0000-0000-000000000000';
const OWNED = [
  'notifications',
  'deliveries',
  'contacts',
  'preferences',
  'marketing_consents',
  'reminders',
  'stock_watches',
  'push_subscriptions',
] as const;

/** What a person was told, and how they are reached. Nothing of it has to be kept. */
@Injectable()
export class NotificationPersonalData extends PersonalData {
  readonly service = 'notification-service';

  constructor(@Inject(Database) private readonly database: Database<NotificationTables>) {
    super();
  }

  async *records(userId: string): AsyncGenerator<PersonalRecord> {
    const { query } = this.database;
    for (const table of ['contacts', 'preferences', 'marketing_consents', 'stock_watches'] as const) {
      const rows = await query.selectFrom(table).selectAll().where('user_id', '=', userId).execute();
      for (const { user_id: _owner, ...record } of rows) yield { section: table, record };
    }
    yield* this.notifications(userId);
    yield* this.deliveries(userId);
  }

  async erase(userId: string): Promise<Erasure> {
    const erased: Record<string, number> = {};
    for (const table of OWNED) {
      const { numDeletedRows } = await this.database.query
        .deleteFrom(table)
        .where('user_id', '=', userId)
        .executeTakeFirstOrThrow();
      erased[table] = Number(numDeletedRows);
    }
    return { erased };
  }

  private async *notifications(userId: string): AsyncGenerator<PersonalRecord> {
    for (let after = new Date(0), id = LEAST_ID; ; ) {
      const rows = await this.database.query
        .selectFrom('notifications')
        .select(['id', 'title', 'message', 'read_at', 'created_at'])
        .where('user_id', '=', userId)
        .where((row) =>
          row.or([
            row('created_at', '>', after),
            row.and([row('created_at', '=', after), row('id', '>', id)]),
          ]),
        )
        .orderBy('created_at')
        .orderBy('id')
        .limit(PAGE)
        .execute();
      for (const { id: _id, ...record } of rows) yield { section: 'notifications', record };
      const last = rows.at(-1);
      if (last === undefined || rows.length < PAGE) return;
      ({ created_at: after, id } = last);
    }
  }

  /** The words are left out: until it is sent, a message may hold a secret link. */
  private async *deliveries(userId: string): AsyncGenerator<PersonalRecord> {
    for (let id = LEAST_ID; ; ) {
      const rows = await this.database.query
        .selectFrom('deliveries')
        .select(['id', 'channel', 'recipient', 'template', 'subject', 'status', 'created_at', 'sent_at'])
        .where('user_id', '=', userId)
        .where('id', '>', id)
        .orderBy('id')
        .limit(PAGE)
        .execute();
      for (const { id: _id, ...record } of rows) yield { section: 'deliveries', record };
      const last = rows.at(-1);
      if (last === undefined || rows.length < PAGE) return;
      id = last.id;
    }
  }
}
