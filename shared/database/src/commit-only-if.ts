import type { RawBuilder } from 'kysely';
import { postgresErrorOf } from './postgres-errors.js';
import { sql } from './sql.js';

/** SQLSTATE that the function raises; its class is none of PostgreSQL's. */
const REFUSED = 'VC001';

/**
 * For a statement that goes with the commit: its transaction commits only if `holds`, else it fails with an error that
 * `isCommitRefused` tells. So a write that rests on what was read before needs no message of its own:
 * `with saved as (update … where version = 3 returning id) select commit_only_if(exists (select from saved))`.
 * Calls the function `commit_only_if`, which the service's migrations make.
 */
export function commitOnlyIf(holds: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`commit_only_if(${holds})`;
}

/** Whether a transaction was not committed because a `commitOnlyIf` did not hold: nothing of it has happened. */
export function isCommitRefused(error: unknown): boolean {
  return postgresErrorOf(error)?.code === REFUSED;
}
