import { type Database, sql } from '@vici/database';
import type { RawBuilder } from 'kysely';
import type { EventsTables } from '../events.tables.js';

/** The inbox table: which events a consumer has handled. */
export class InboxStore {
  constructor(private readonly database: Database<EventsTables>) {}

  /**
   * Notes in the current transaction that `consumer` handles these events; returns the ids that are new.
   * A member that handles the same event at this moment is waited for.
   */
  async add(consumer: string, eventIds: readonly string[]): Promise<ReadonlySet<string>> {
    return await this.insert(consumer, eventIds, sql``);
  }

  /**
   * As `add`; from here on the transaction waits for no lock longer than `patienceMs`: what it waits for may wait for
   * one of its own.
   */
  async addImpatiently(
    consumer: string,
    eventIds: readonly string[],
    patienceMs: number,
  ): Promise<ReadonlySet<string>> {
    return await this.insert(
      consumer,
      eventIds,
      sql`WHERE (SELECT set_config('lock_timeout', ${String(patienceMs)}, true)) IS NOT NULL`,
    );
  }

  private async insert(
    consumer: string,
    eventIds: readonly string[],
    condition: RawBuilder<unknown>,
  ): Promise<ReadonlySet<string>> {
    // Ordered, so that two members with overlapping batches never wait for each other in a circle. The subselect hides
    // how many there are from the planner, which would plan every single call for its own number.
    const { rows } = await sql<{ event_id: string }>`
      INSERT INTO inbox (consumer, event_id)
      SELECT ${consumer}::text, event_id
      FROM (SELECT DISTINCT unnest((SELECT ${eventIds}::uuid[])) AS event_id ORDER BY event_id) handled
      ${condition}
      ON CONFLICT DO NOTHING
      RETURNING event_id`.execute(this.database.query);
    return new Set(rows.map((row) => row.event_id));
  }

  /** Deletes up to `limit` notes of `consumer` that are older than `keepMs`; returns how many. */
  async deleteOlderThan(consumer: string, keepMs: number, limit: number): Promise<number> {
    const { rows } = await sql<{ deleted: number }>`
      WITH deleted AS (
        DELETE FROM inbox WHERE (consumer, event_id) IN (
          SELECT consumer, event_id FROM inbox
          WHERE consumer = ${consumer} AND handled_at < now() - make_interval(secs => ${keepMs / 1_000})
          ORDER BY handled_at LIMIT ${limit}
        ) RETURNING 1
      )
      SELECT count(*)::int AS deleted FROM deleted`.execute(this.database.query);
    return rows[0]?.deleted ?? 0;
  }
}
