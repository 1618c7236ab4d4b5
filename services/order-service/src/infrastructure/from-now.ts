import { sql } from '@vici/database';
import type { RawBuilder } from 'kysely';

/** An instant so far from now, by the clock of the database. */
export function fromNow(milliseconds: number): RawBuilder<Date> {
  return sql<Date>`now() + ${milliseconds}::float8 * interval '1 millisecond'`;
}
