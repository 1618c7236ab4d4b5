import { Inject, Injectable } from '@nestjs/common';
import { Database } from '@vici/database';
import { ContactRepository } from '../application/contact.repository.js';
import { DeliverySignal } from './delivery.signal.js';
import type { NotificationTables } from './notification.tables.js';

/** Contacts in notification_db. */
@Injectable()
export class PostgresContactRepository extends ContactRepository {
  constructor(
    @Inject(Database) private readonly database: Database<NotificationTables>,
    private readonly signal: DeliverySignal,
  ) {
    super();
  }

  /** Mails that waited for the address become due at once. */
  async remember(userId: string, email: string): Promise<void> {
    await this.database.query
      .insertInto('contacts')
      .values({ user_id: userId, email })
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

  async noteMarketing(userId: string, agreed: boolean): Promise<void> {
    await this.database.query
      .insertInto('marketing_consents')
      .values({ user_id: userId, agreed })
      .onConflict((on) => on.column('user_id').doUpdateSet({ agreed }))
      .execute();
  }

  async hasAgreedToMarketing(userId: string): Promise<boolean> {
    const row = await this.database.query
      .selectFrom('marketing_consents')
      .select('agreed')
      .where('user_id', '=', userId)
      .executeTakeFirst();
    return row?.agreed === true;
  }
}
