import { Inject, Injectable } from '@nestjs/common';
import { Database, sql } from '@vici/database';
import type { RawBuilder } from 'kysely';
import {
  type ArchivedEvent,
  type ArchiveFilter,
  type ArchivePosition,
  type ArchiveRange,
  EventQueries,
  type StoredEvent,
} from '../application/event-queries.port.js';
import type { EventTables } from './event.tables.js';

interface EventRow {
  readonly id: string;
  readonly event_type: string;
  readonly user_id: string | null;
  readonly session_id: string;
  readonly occurred_at: Date;
  readonly received_at: Date;
  readonly data: Record<string, unknown>;
  readonly bot: boolean;
  readonly client_network: string | null;
  readonly user_agent: string | null;
  readonly stitched_user_id: string | null;
}

/** Of several users of a session an event belongs to who signed in next, else to who was last. */
const STITCHED = sql`(
  select link.user_id from session_users link
  where event.user_id is null and link.session_id::text = event.session_id
  order by link.last_seen_at < event.received_at, abs(extract(epoch from link.first_seen_at - event.received_at))
  limit 1)`;

/** Where the session was seen at the time of the event. */
const ORIGIN = sql`(
  select client_network, user_agent from session_origins seen
  where seen.session_id = event.session_id
  order by seen.first_seen_at > event.received_at, seen.first_seen_at desc
  limit 1)`;

/** The archive in event_db. */
@Injectable()
export class PostgresEventQueries extends EventQueries {
  constructor(@Inject(Database) private readonly database: Database<EventTables>) {
    super();
  }

  async list(
    filter: ArchiveFilter,
    before: ArchivePosition | undefined,
    limit: number,
  ): Promise<ArchivedEvent[]> {
    const { userId, sessionId, eventType } = filter;
    return await this.select(
      filter,
      [
        userId === undefined ? undefined : ofUser(userId),
        sessionId === undefined ? undefined : sql`event.session_id = ${sessionId}`,
        eventType === undefined ? undefined : sql`event.event_type = ${eventType}`,
        before && sql`(event.received_at, event.id) < (${before.receivedAt}, ${before.id}::uuid)`,
      ],
      sql`order by event.received_at desc, event.id desc`,
      limit,
    );
  }

  async read(
    range: ArchiveRange,
    eventTypes: readonly string[],
    after: ArchivePosition | undefined,
    limit: number,
  ): Promise<StoredEvent[]> {
    // From where the page before ended, so that no page passes over those before it.
    const from = after?.receivedAt ?? range.from;
    const ofTypes = eventTypes.length === 0 ? sql`` : sql`and event_type = any (${eventTypes}::text[])`;
    const behind =
      after === undefined ? sql`` : sql`and (received_at, id) > (${after.receivedAt}, ${after.id}::uuid)`;
    const { rows } = await sql<Pick<EventRow, 'id' | 'event_type' | 'occurred_at' | 'received_at' | 'data'>>`
      select id, event_type, occurred_at, received_at, data from behaviour_events
      where received_at >= ${from} and received_at < ${range.to} ${ofTypes} ${behind}
      order by received_at, id limit ${limit}`.execute(this.database.query);
    return rows.map((row) => ({
      id: row.id,
      eventType: row.event_type,
      occurredAt: row.occurred_at,
      receivedAt: row.received_at,
      data: row.data,
    }));
  }

  private async select(
    { from, to }: ArchiveRange,
    conditions: readonly (RawBuilder<unknown> | undefined)[],
    order: RawBuilder<unknown>,
    limit: number,
  ): Promise<ArchivedEvent[]> {
    const narrowed = conditions.flatMap((condition) =>
      condition === undefined ? [] : [sql`and ${condition}`],
    );
    const { rows } = await sql<EventRow>`
      select event.*, ${STITCHED} as stitched_user_id, origin.client_network::text, origin.user_agent
      from (
        select event.* from behaviour_events event
        where event.received_at >= ${from} and event.received_at < ${to} ${sql.join(narrowed, sql` `)}
        ${order} limit ${limit}
      ) event
      left join lateral ${ORIGIN} origin on true
      ${order}`.execute(this.database.query);
    return rows.map(toEvent);
  }
}

function ofUser(userId: string): RawBuilder<unknown> {
  return sql`(event.user_id = ${userId}::uuid or (event.user_id is null and event.session_id = any (
    array(select session_id::text from session_users where user_id = ${userId}::uuid))))`;
}

function toEvent(row: EventRow): ArchivedEvent {
  return {
    id: row.id,
    eventType: row.event_type,
    userId: row.user_id ?? undefined,
    sessionId: row.session_id,
    occurredAt: row.occurred_at,
    receivedAt: row.received_at,
    data: row.data,
    clientNetwork: row.client_network ?? undefined,
    userAgent: row.user_agent ?? undefined,
    bot: row.bot,
    stitchedUserId: row.stitched_user_id ?? undefined,
  };
}
