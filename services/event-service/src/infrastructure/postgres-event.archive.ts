import { Inject, Injectable } from '@nestjs/common';
import { Database, sql } from '@vici/database';
import { Clock } from '@vici/utils';
import type { BehaviourEvent } from '../application/check-event.js';
import { EventArchive } from '../application/ports.js';
import { BehaviourPartitions } from './behaviour-partitions.js';
import type { EventTables } from './event.tables.js';

/** An event published twice comes within this time of its first publication. */
const SAME_EVENT_MS = 2 * 86_400_000;
const DAY_MS = 86_400_000;

/** Behaviour events in event_db; a batch is one statement. */
@Injectable()
export class PostgresEventArchive extends EventArchive {
  constructor(
    @Inject(Database) private readonly database: Database<EventTables>,
    private readonly partitions: BehaviourPartitions,
    private readonly clock: Clock,
  ) {
    super();
  }

  async makeRoomFor(events: readonly BehaviourEvent[]): Promise<void> {
    const times = events.map(receivedAt);
    const first = Math.min(...times);
    // The bus keeps a week; the days of an archive that is new to it, or was away for long, may be missing.
    if (first < this.clock.now().getTime() - DAY_MS) await this.partitions.cover(first, Math.max(...times));
  }

  async store(events: readonly BehaviourEvent[]): Promise<ReadonlySet<string>> {
    const times = events.map(receivedAt);
    const [first, last] = [Math.min(...times), Math.max(...times)];
    const { query } = this.database;
    // One writer at a time: what another one is just writing would not be recognised.
    await sql`select pg_advisory_xact_lock(hashtext('behaviour_events writer'))`.execute(query);
    // `offset 0` has every id looked up in the index of its day; joined, the days would be read as a whole.
    const { rows } = await sql<{ id: string }>`
      insert into behaviour_events (id, event_type, user_id, session_id, occurred_at, received_at, bot, data)
      select given.* from jsonb_to_recordset(${JSON.stringify(events.map(rowOf))}::jsonb) as given (
        id uuid, event_type text, user_id uuid, session_id text, occurred_at timestamptz, received_at timestamptz,
        bot boolean, data jsonb
      )
      where not exists (
        select from behaviour_events known
        where known.id = given.id
          and known.received_at between ${new Date(first - SAME_EVENT_MS)} and ${new Date(last + SAME_EVENT_MS)}
        offset 0
      )
      returning id`.execute(query);
    return new Set(rows.map(({ id }) => id));
  }
}

/** A row as JSON: one text for a batch costs a third of what an array for each column does. */
function rowOf(event: BehaviourEvent) {
  const { id, type, data } = event;
  return {
    id,
    event_type: type,
    user_id: data.userId,
    session_id: data.sessionId,
    occurred_at: new Date(data.timestamp),
    received_at: new Date(receivedAt(event)),
    bot: data.bot ?? false,
    data,
  };
}

/** Events of the time before they carried it, and those Vici derives, came when they happened. */
function receivedAt({ data }: BehaviourEvent): number {
  return data.receivedAt ?? data.timestamp;
}
