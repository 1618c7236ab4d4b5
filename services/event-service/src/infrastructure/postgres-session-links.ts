import { Inject, Injectable } from '@nestjs/common';
import { Database, sql } from '@vici/database';
import { SessionLinks } from '../application/ports.js';
import type { EventTables } from './event.tables.js';

/** Session links in event_db. */
@Injectable()
export class PostgresSessionLinks extends SessionLinks {
  constructor(@Inject(Database) private readonly database: Database<EventTables>) {
    super();
  }

  async link(sessionId: string, userId: string, at: Date): Promise<void> {
    await this.database.query
      .insertInto('session_users')
      .values({ session_id: sessionId, user_id: userId, first_seen_at: at, last_seen_at: at })
      .onConflict((on) =>
        on.columns(['session_id', 'user_id']).doUpdateSet({
          first_seen_at: sql`least(session_users.first_seen_at, excluded.first_seen_at)`,
          last_seen_at: sql`greatest(session_users.last_seen_at, excluded.last_seen_at)`,
        }),
      )
      .execute();
  }
}
