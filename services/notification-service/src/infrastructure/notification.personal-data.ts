import { Inject, Injectable } from '@nestjs/common';
import { Database } from '@vici/database';
import { type Erasure, PersonalData, type PersonalRecord } from '@vici/events';
import { SuppressionRepository } from '../application/suppression.repository.js';
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

const KEPT_SUPPRESSION =
  'So that nothing is ever sent there again: they bounce or have complained. Only a keyed hash of each is left.';

/** What a person was told, and how they are reached. Kept is, unreadable, where nothing may be sent. */
@Injectable()
export class NotificationPersonalData extends PersonalData {
  readonly service = 'notification-service';

  constructor(
    @Inject(Database) private readonly database: Database<NotificationTables>,
    private readonly suppressions: SuppressionRepository,
  ) {
    super();
  }

  async *records(userId: string): AsyncGenerator<PersonalRecord> {
    const { query } = this.database;
    for (const table of ['contacts', 'preferences', 'marketing_consents', 'stock_watches'] as const) {
      const rows = await query.selectFrom(table).selectAll().where('user_id', '=', userId).execute();
      for (const { user_id: _owner, ...record } of rows) yield { section: table, record };
    }
    const suppressed = await this.suppressions.of(await this.addressesOf(userId));
    for (const suppression of suppressed) yield { section: 'suppressions', record: { ...suppression } };
    yield* this.notifications(userId);
    yield* this.deliveries(userId);
  }

  async erase(userId: string): Promise<Erasure> {
    const addresses = await this.addressesOf(userId);
    await this.suppressions.forgetAddresses(addresses);
    const { length: count } = await this.suppressions.of(addresses);
    const erased: Record<string, number> = {};
    for (const table of OWNED) {
      const { numDeletedRows } = await this.database.query
        .deleteFrom(table)
        .where('user_id', '=', userId)
        .executeTakeFirstOrThrow();
      erased[table] = Number(numDeletedRows);
    }
    const kept = [{ what: 'suppressed addresses', count, reason: KEPT_SUPPRESSION }];
    return { erased, ...(count > 0 && { kept }) };
  }

  /** Every address of theirs that a mail went or was to go to. */
  private async addressesOf(userId: string): Promise<string[]> {
    const rows = await this.database.query
      .selectFrom('contacts')
      .select('email as address')
      .where('user_id', '=', userId)
      .union(
        this.database.query
          .selectFrom('deliveries')
          .select('recipient as address')
          .where('user_id', '=', userId)
          .where('channel', '=', 'email'),
      )
      .execute();
    return [...new Set(rows.map(({ address }) => address.toLowerCase()))];
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
