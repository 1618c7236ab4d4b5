import { Inject, Injectable } from '@nestjs/common';
import { Database } from '@vici/database';
import { sql } from 'kysely';
import type { BehaviourEvent } from '../application/check-event.js';
import { EventArchive } from '../application/ports.js';
import type { Origin } from '../application/submitted-event.js';
import type { EventTables } from './event.tables.js';

/** Behaviour events in event_db; a batch is one statement per table. */
@Injectable()
export class PostgresEventArchive extends EventArchive {
  constructor(@Inject(Database) private readonly database: Database<EventTables>) {
    super();
  }

  async rememberNew(ids: readonly string[], receivedAt: Date): Promise<ReadonlySet<string>> {
    // Ordered, so that two overlapping batches never wait for each other in a circle.
    const { rows } = await sql<{ id: string }>`
      insert into event_ids (id, received_at)
      select id, ${receivedAt}::timestamptz from unnest(${ids}::uuid[]) as given (id) order by id
      on conflict do nothing
      returning id`.execute(this.database.query);
    return new Set(rows.map((row) => row.id));
  }

  async store(events: readonly BehaviourEvent[], origin: Origin, receivedAt: Date): Promise<void> {
    await sql`
      insert into behaviour_events (id, event_type, user_id, session_id, occurred_at, data, received_at,
                                    client_network, user_agent)
      select given.*, ${receivedAt}::timestamptz, ${origin.network ?? null}::cidr, ${origin.userAgent ?? null}
      from unnest(
        ${events.map((event) => event.id)}::uuid[],
        ${events.map((event) => event.type)}::text[],
        ${events.map((event) => event.data.userId ?? null)}::uuid[],
        ${events.map((event) => event.data.sessionId)}::text[],
        ${events.map((event) => new Date(event.data.timestamp).toISOString())}::timestamptz[],
        ${events.map((event) => JSON.stringify(event.data))}::jsonb[]
      ) as given`.execute(this.database.query);
  }
}
