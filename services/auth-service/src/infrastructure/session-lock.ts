import { sql } from '@vici/database';
import type { Kysely } from 'kysely';
import type { AuthTables } from './auth.tables.js';

/**
 * Waits for whoever refreshes or ends the session, and keeps everybody else off it until the transaction ends. Row
 * locks would not do: a row that a refresh has not committed yet cannot be found, let alone locked.
 */
export async function lockSession(query: Kysely<AuthTables>, sessionId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${sessionId}, 0))`.execute(query);
}
