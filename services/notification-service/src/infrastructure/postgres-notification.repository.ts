import { Inject, Injectable } from '@nestjs/common';
import { columnOf, Database, offsetOf, type Page, type PageRequest, pageOf, sql } from '@vici/database';
import type { Selectable } from 'kysely';
import { type NewNotification, NotificationRepository } from '../application/notification.repository.js';
import type { Notification } from '../domain/notification.js';
import type { NotificationTables } from './notification.tables.js';

/** Inboxes in notification_db. */
@Injectable()
export class PostgresNotificationRepository extends NotificationRepository {
  constructor(@Inject(Database) private readonly database: Database<NotificationTables>) {
    super();
  }

  async add(notifications: readonly NewNotification[]): Promise<ReadonlySet<string>> {
    const { rows } = await sql<{ id: string }>`
      insert into notifications (id, user_id, type, title, message, link, created_at, source_event_id)
      select * from unnest(
        ${columnOf(notifications, 'uuid', ({ id }) => id)},
        ${columnOf(notifications, 'uuid', ({ userId }) => userId)},
        ${columnOf(notifications, 'text', ({ type }) => type)},
        ${columnOf(notifications, 'text', ({ title }) => title)},
        ${columnOf(notifications, 'text', ({ message }) => message)},
        ${columnOf(notifications, 'text', ({ link }) => link)},
        ${columnOf(notifications, 'timestamptz', ({ createdAt }) => createdAt)},
        ${columnOf(notifications, 'uuid', ({ sourceEventId }) => sourceEventId)}
      )
      on conflict on constraint notifications_once do nothing
      returning id
    `.execute(this.database.query);
    return new Set(rows.map(({ id }) => id));
  }

  async idOf(userId: string, sourceEventId: string): Promise<string | undefined> {
    const row = await this.database.query
      .selectFrom('notifications')
      .select('id')
      .where('source_event_id', '=', sourceEventId)
      .where('user_id', '=', userId)
      .executeTakeFirst();
    return row?.id;
  }

  async list(userId: string, page: PageRequest): Promise<Page<Notification> & { readonly unread: number }> {
    const ofUser = this.database.query.selectFrom('notifications').where('user_id', '=', userId);
    const { total, unread } = await ofUser
      .select((row) => [
        row.fn.countAll<bigint>().as('total'),
        row.fn.countAll<bigint>().filterWhere('read_at', 'is', null).as('unread'),
      ])
      .executeTakeFirstOrThrow();
    const rows = await ofUser
      .selectAll()
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .limit(page.limit)
      .offset(offsetOf(page))
      .execute();
    return { ...pageOf(rows.map(toNotification), page, total), unread: Number(unread) };
  }

  async markAllRead(userId: string, now: Date): Promise<number> {
    const { numUpdatedRows } = await this.database.query
      .updateTable('notifications')
      .set({ read_at: now })
      .where('user_id', '=', userId)
      .where('read_at', 'is', null)
      .executeTakeFirstOrThrow();
    return Number(numUpdatedRows);
  }

  async markRead(userId: string, id: string, now: Date): Promise<Notification | undefined> {
    const row = await this.database.query
      .updateTable('notifications')
      .set({ read_at: sql`coalesce(read_at, ${now})` })
      .where('id', '=', id)
      .where('user_id', '=', userId)
      .returningAll()
      .executeTakeFirst();
    return row && toNotification(row);
  }
}

function toNotification(row: Selectable<NotificationTables['notifications']>): Notification {
  return {
    id: row.id,
    userId: row.user_id,
    type: row.type,
    title: row.title,
    message: row.message,
    ...(row.link !== null && { link: row.link }),
    ...(row.read_at !== null && { readAt: row.read_at }),
    createdAt: row.created_at,
  };
}
