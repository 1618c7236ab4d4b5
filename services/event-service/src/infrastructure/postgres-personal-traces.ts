import { Inject, Injectable } from '@nestjs/common';
import { Database, sql } from '@vici/database';
import { PersonalTraces } from '../application/ports.js';
import type { EventTables } from './event.tables.js';

/** What event_db keeps of a person. */
@Injectable()
export class PostgresPersonalTraces extends PersonalTraces {
  constructor(@Inject(Database) private readonly database: Database<EventTables>) {
    super();
  }

  async erase(userId: string): Promise<number> {
    return await this.database.transaction(async () => {
      const { query } = this.database;
      // A session that others signed in from as well is theirs too: of it only this user's own events go.
      const { rows } = await sql<{ session_id: string }>`
        select session_id::text from session_users where user_id = ${userId}
        except select session_id::text from session_users where user_id <> ${userId}`.execute(query);
      const sessions = rows.map(({ session_id }) => session_id);
      const { numAffectedRows = 0n } = await sql`
        delete from behaviour_events
        where user_id = ${userId} or (session_id = any (${sessions}::text[]) and user_id is null)`.execute(
        query,
      );
      await sql`delete from session_origins where session_id = any (${sessions}::text[])`.execute(query);
      await sql`delete from session_users where user_id = ${userId}`.execute(query);
      return Number(numAffectedRows);
    });
  }
}
