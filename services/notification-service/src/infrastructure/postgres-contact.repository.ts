import { Inject, Injectable } from '@nestjs/common';
import { Database, type Given, Statement, sql } from '@vici/database';
import { WakeSignal } from '@vici/utils';
import type { Kysely } from 'kysely';
import {
  type Contact,
  type ContactAccess,
  type ContactPreferences,
  ContactRepository,
} from '../application/contact.repository.js';
import { languageOf } from '../domain/language.js';
import type { NotificationTables } from './notification.tables.js';

const CONTACTS = new Statement(
  (query: Kysely<NotificationTables>, given: Given<{ readonly users: readonly string[] }>) =>
    query
      .selectFrom(
        sql<{ id: string }>`unnest((select ${given('users')}::uuid[])::uuid[])`.as<'wanted'>(
          sql`wanted (id)`,
        ),
      )
      .leftJoin('contacts', 'contacts.user_id', 'wanted.id')
      .leftJoin('preferences', 'preferences.user_id', 'wanted.id')
      .leftJoin('marketing_consents', 'marketing_consents.user_id', 'wanted.id')
      .select(['id', 'email', 'language', 'phone', 'email_notifications', 'sms_notifications', 'agreed']),
);

/** Null is what nobody has told yet. */
interface ContactRow {
  readonly email: string | null;
  readonly language: string | null;
  readonly phone: string | null;
  readonly email_notifications: boolean | null;
  readonly sms_notifications: boolean | null;
  readonly agreed: boolean | null;
}

/** Contacts in notification_db. */
@Injectable()
export class PostgresContactRepository extends ContactRepository {
  constructor(
    @Inject(Database) private readonly database: Database<NotificationTables>,
    private readonly signal: WakeSignal,
  ) {
    super();
  }

  async remember(userId: string, email: string, role: string): Promise<void> {
    await this.database.query
      .insertInto('contacts')
      .values({ user_id: userId, email, role })
      .onConflict((on) => on.column('user_id').doUpdateSet({ email }))
      .execute();
    await this.database.query
      .updateTable('deliveries')
      .set({ next_attempt_at: new Date(0) })
      .where('user_id', '=', userId)
      .where('recipient', '=', '')
      .where('status', '=', 'PENDING')
      .execute();
    this.database.afterCommit(() => this.signal.wake());
  }

  async noteAccess(userId: string, { email, role, blocked }: ContactAccess): Promise<void> {
    await this.database.query
      .insertInto('contacts')
      .values({ user_id: userId, email, role, blocked })
      .onConflict((on) => on.column('user_id').doUpdateSet({ role, blocked }))
      .execute();
  }

  async notePreferences(userId: string, preferences: ContactPreferences): Promise<void> {
    const { language, phone = null, emailNotifications, smsNotifications, marketingEmails } = preferences;
    const chosen = {
      language,
      phone,
      email_notifications: emailNotifications,
      sms_notifications: smsNotifications,
    };
    await this.database.query
      .insertInto('preferences')
      .values({ user_id: userId, ...chosen })
      .onConflict((on) => on.column('user_id').doUpdateSet(chosen))
      .execute();
    await this.noteMarketing(userId, marketingEmails);
  }

  async endMarketing(userId: string): Promise<void> {
    await this.noteMarketing(userId, false);
  }

  async find(userIds: readonly string[]): Promise<ReadonlyMap<string, Contact>> {
    const { rows } = await CONTACTS.execute(this.database, { users: userIds });
    return new Map(rows.map((row) => [row.id, toContact(row)]));
  }

  async hasAgreedToMarketing(userId: string): Promise<boolean> {
    const row = await this.database.query
      .selectFrom('marketing_consents')
      .select('agreed')
      .where('user_id', '=', userId)
      .executeTakeFirst();
    return row?.agreed === true;
  }

  async administrators(): Promise<string[]> {
    const rows = await this.database.query
      .selectFrom('contacts')
      .select('user_id')
      .where('role', '=', 'admin')
      .where('blocked', '=', false)
      .orderBy('user_id')
      .execute();
    return rows.map(({ user_id }) => user_id);
  }

  private async noteMarketing(userId: string, agreed: boolean): Promise<void> {
    await this.database.query
      .insertInto('marketing_consents')
      .values({ user_id: userId, agreed })
      .onConflict((on) => on.column('user_id').doUpdateSet({ agreed }))
      .execute();
  }
}

function toContact(row: ContactRow): Contact {
  return {
    email: row.email ?? '',
    language: languageOf(row.language ?? undefined),
    ...(row.phone !== null && { phone: row.phone }),
    emailNotifications: row.email_notifications ?? true,
    smsNotifications: row.sms_notifications ?? false,
    marketing: row.agreed ?? false,
  };
}
