import { Inject, Injectable } from '@nestjs/common';
import { Database, ListOrder, type Page, type PageRequest, pageOf, sql } from '@vici/database';
import { WakeSignal } from '@vici/utils';
import type { Selectable } from 'kysely';
import {
  type DeliveryFilter,
  DeliveryLogRepository,
  type LoggedAttempt,
  type LoggedDelivery,
} from '../application/delivery-log.js';
import type { NotificationTables } from './notification.tables.js';

/** The log of deliveries in notification_db. */
@Injectable()
export class PostgresDeliveryLogRepository extends DeliveryLogRepository {
  constructor(
    @Inject(Database) private readonly database: Database<NotificationTables>,
    private readonly signal: WakeSignal,
  ) {
    super();
  }

  async search(filter: DeliveryFilter, page: PageRequest): Promise<Page<LoggedDelivery>> {
    const { recipient, userId, status, channel, template, from, to, oldestFirst } = filter;
    const found = this.database.query
      .selectFrom('deliveries')
      .$if(recipient !== undefined, (q) => q.where('recipient', 'like', `${escaped(recipient ?? '')}%`))
      .$if(userId !== undefined, (q) => q.where('user_id', '=', userId ?? ''))
      .$if(status !== undefined, (q) => q.where('status', '=', status ?? 'SENT'))
      .$if(channel !== undefined, (q) => q.where('channel', '=', channel ?? 'email'))
      .$if(template !== undefined, (q) => q.where('template', '=', template ?? ''))
      .$if(from !== undefined, (q) => q.where('created_at', '>=', from ?? new Date()))
      .$if(to !== undefined, (q) => q.where('created_at', '<', to ?? new Date()));
    const { total } = await found
      .select((row) => row.fn.countAll<bigint>().as('total'))
      .executeTakeFirstOrThrow();
    const order = ListOrder.byTime('created_at', 'id', oldestFirst);
    const rows = await order.pageOf(found.selectAll(), page).execute();
    return pageOf(rows.map(toLogged), page, total, order.nextCursor(rows, page));
  }

  async find(id: string): Promise<LoggedDelivery | undefined> {
    const row = await this.database.query
      .selectFrom('deliveries')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirst();
    return row && toLogged(row);
  }

  async attemptsOf(id: string): Promise<LoggedAttempt[]> {
    const rows = await this.database.query
      .selectFrom('delivery_attempts')
      .selectAll()
      .where('delivery_id', '=', id)
      .orderBy('ended_at')
      .execute();
    return rows.map(({ attempt, outcome, provider_message_id, error, ended_at: endedAt }) => ({
      attempt,
      outcome,
      ...(provider_message_id !== null && { providerMessageId: provider_message_id }),
      ...(error !== null && { error }),
      endedAt,
    }));
  }

  async requeue(id: string): Promise<boolean> {
    const { numUpdatedRows } = await this.database.query
      .updateTable('deliveries')
      .set({ status: 'PENDING', attempts: 0, next_attempt_at: sql`now()` })
      .where('id', '=', id)
      .where('status', '=', 'FAILED')
      .executeTakeFirstOrThrow();
    this.database.afterCommit(() => this.signal.wake());
    return numUpdatedRows > 0n;
  }
}

function escaped(text: string): string {
  return text.replace(/[\\%_]/g, (character) => `\\${character}`);
}

function toLogged(row: Selectable<NotificationTables['deliveries']>): LoggedDelivery {
  const { id, channel, recipient, template, subject, status, attempts } = row;
  return {
    id,
    userId: row.user_id,
    channel,
    recipient,
    template,
    subject,
    status,
    attempts,
    ...(row.provider_message_id !== null && { providerMessageId: row.provider_message_id }),
    ...(row.error !== null && { error: row.error }),
    createdAt: row.created_at,
    ...(row.sent_at !== null && { sentAt: row.sent_at }),
  };
}
