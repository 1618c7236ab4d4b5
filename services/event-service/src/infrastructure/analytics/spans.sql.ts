import { sql } from '@vici/database';
import type { RawBuilder } from 'kysely';
import { type SignedSpan, sumOf } from '../../domain/grains.js';

/** Of a column or expression `at`: the span it lies in at each grain, as `span (grain, starts_at)`. To be cross joined. */
export function spansAt(at: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`lateral (values
    (0::smallint, date_bin('15 minutes', ${at}, timestamptz '2000-01-01 00:00Z')),
    (1::smallint, date_trunc('day', ${at}, 'UTC')),
    (2::smallint, date_trunc('month', ${at}, 'UTC'))
  ) as span (grain, starts_at)`;
}

/** What is read of a table of sums. */
export interface SumsRead {
  readonly table: string;
  /** Columns the figures are grouped by. */
  readonly keys?: readonly string[];
  /** Columns that add up. */
  readonly figures: readonly string[];
  /** All of them where it is absent. */
  readonly currencies?: readonly string[];
}

/** Rows whose figures add up to those of a range. */
export function within(
  sums: SumsRead,
  { from, to }: { readonly from: Date; readonly to: Date },
  now: Date,
): RawBuilder<unknown> {
  return rowsOf(sums, sumOf(from.getTime(), to.getTime(), now.getTime()));
}

/** Rows whose figures add up to those of some spans: one stretch of the index for each, negative where it is taken off. */
export function rowsOf(
  { table, keys = [], figures, currencies = [] }: SumsRead,
  spans: readonly SignedSpan[],
): RawBuilder<unknown> {
  const ofCurrency = currencies.length === 0 ? sql`` : sql`and currency in (${sql.join([...currencies])})`;
  const columns = (sign: SignedSpan['sign']) =>
    sql.join([
      ...keys.map((key) => sql.ref(key)),
      ...figures.map((figure) =>
        sign > 0 ? sql.ref(figure) : sql`-${sql.ref(figure)} as ${sql.ref(figure)}`,
      ),
    ]);
  const stretches = spans.map(
    (span) => sql`
      select ${columns(span.sign)} from ${sql.table(table)}
      where grain = ${sql.lit(span.grain)} and starts_at >= ${new Date(span.from)} and starts_at < ${new Date(span.to)}
        ${ofCurrency}`,
  );
  return sql`(${sql.join(stretches, sql` union all `)}) sums`;
}

/** The sum of a column of these rows, zero of none, under the column's name. */
export function sum(column: string): RawBuilder<unknown> {
  return sql`coalesce(sum(${sql.ref(column)}), 0)::bigint as ${sql.ref(column)}`;
}
