import { Inject, Injectable } from '@nestjs/common';
import { Database, json } from '@vici/database';
import type { Announcement } from '../application/announcement.js';
import { ReminderRepository } from '../application/reminder.repository.js';
import type { NotificationTables } from './notification.tables.js';

/** Reminders in notification_db: they outlive every process. */
@Injectable()
export class PostgresReminderRepository extends ReminderRepository {
  constructor(@Inject(Database) private readonly database: Database<NotificationTables>) {
    super();
  }

  async add(orderId: string, announcement: Announcement, dueAt: Date): Promise<void> {
    const { eventId, userId } = announcement;
    await this.database.query
      .insertInto('reminders')
      .values({
        event_id: eventId,
        user_id: userId,
        order_id: orderId,
        due_at: dueAt,
        announcement: json(announcement),
      })
      .onConflict((on) => on.column('event_id').doNothing())
      .execute();
  }

  async dropOrder(orderId: string): Promise<void> {
    await this.database.query.deleteFrom('reminders').where('order_id', '=', orderId).execute();
  }

  async takeDue(now: Date, limit: number): Promise<Announcement[]> {
    const rows = await this.database.query
      .deleteFrom('reminders')
      .where('event_id', 'in', (inner) =>
        inner
          .selectFrom('reminders')
          .select('event_id')
          .where('due_at', '<=', now)
          .orderBy('due_at')
          .limit(limit)
          .forUpdate()
          .skipLocked(),
      )
      .returning('announcement')
      .execute();
    return rows.map(({ announcement }) => announcement);
  }
}
