import { sql } from '@vici/database';
import type { RawBuilder } from 'kysely';

/** Locks under which rows get their positions; each is held until the commit. */
export const LOG_LOCK = { behaviour: 4_701, catalogue: 4_702 } as const;

/**
 * A common table expression `turn` of one row, which is there once the lock is held. What is inserted from a join with it
 * gets its positions under the lock, in the order in which such transactions commit, without a message for the lock.
 */
export function turnUnder(lock: number): RawBuilder<unknown> {
  return sql`turn as materialized (select pg_advisory_xact_lock(${lock}))`;
}
