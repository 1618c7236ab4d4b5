import { type RawBuilder, sql } from 'kysely';
import type { Span } from '../../domain/grains.js';

/** Of a column or expression `at`: the span it lies in at each grain, as `span (grain, starts_at)`. To be cross joined. */
export function spansAt(at: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`lateral (values
    (0::smallint, date_bin('15 minutes', ${at}, timestamptz '2000-01-01 00:00Z')),
    (1::smallint, date_trunc('day', ${at}, 'UTC')),
    (2::smallint, date_trunc('month', ${at}, 'UTC'))
  ) as span (grain, starts_at)`;
}

/** The spans of a range, as a table `span (grain, from_at, to_at)`. */
export function spanTable(spans: readonly Span[]): RawBuilder<unknown> {
  const instants = (times: readonly number[]) => times.map((time) => new Date(time).toISOString());
  return sql`unnest(
    ${spans.map(({ grain }) => grain)}::smallint[],
    ${instants(spans.map(({ from }) => from))}::timestamptz[],
    ${instants(spans.map(({ to }) => to))}::timestamptz[]
  ) as span (grain, from_at, to_at)`;
}
