import { Inject, Injectable } from '@nestjs/common';
import { Database, sql } from '@vici/database';
import { DerivedIds } from '../application/ports.js';
import type { EventTables } from './event.tables.js';

/** Ids of derived events in event_db. */
@Injectable()
export class PostgresDerivedIds extends DerivedIds {
  constructor(@Inject(Database) private readonly database: Database<EventTables>) {
    super();
  }

  async take(ids: readonly string[], at: Date): Promise<ReadonlySet<string>> {
    // Ordered, so that two overlapping batches never wait for each other in a circle.
    const { rows } = await sql<{ id: string }>`
      insert into event_ids (id, received_at)
      select id, ${at}::timestamptz from unnest(${ids}::uuid[]) as given (id) order by id
      on conflict do nothing
      returning id`.execute(this.database.query);
    return new Set(rows.map((row) => row.id));
  }
}
