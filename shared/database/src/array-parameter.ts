import type { RawBuilder } from 'kysely';
import { sql } from './sql.js';

/** What an array that is given to a statement holds, by PostgreSQL's names. */
export type ArrayElement =
  | 'uuid'
  | 'text'
  | 'smallint'
  | 'int'
  | 'bigint'
  | 'boolean'
  | 'bytea'
  | 'date'
  | 'timestamptz';

/**
 * An array for `unnest()` or `= any()` that the planner does not look into: it plans for ten elements, once for each
 * connection. Of a bare parameter it counts the elements, and as few always look cheaper than ten, a statement with one is
 * planned anew each time it is sent: https://www.postgresql.org/docs/15/sql-prepare.html#SQL-PREPARE-NOTES
 */
export function arrayOf<T>(values: readonly T[], element: ArrayElement): RawBuilder<T[]> {
  // The cast outside makes it an expression: `any((select …))` would compare with the rows of a query.
  const type = sql.raw(`${element}[]`);
  return sql<T[]>`(select ${values}::${type})::${type}`;
}

/** One column of rows that are given to a statement, as {@link arrayOf} gives an array. */
export function columnOf<Row, T>(
  rows: readonly Row[],
  element: ArrayElement,
  cellOf: (row: Row) => T,
): RawBuilder<T[]> {
  return arrayOf(rows.map(cellOf), element);
}
