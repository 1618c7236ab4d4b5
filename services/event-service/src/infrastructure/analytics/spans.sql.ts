import { type RawBuilder, sql } from 'kysely';

/** Of a column or expression `at`: the span it lies in at each grain, as `span (grain, starts_at)`. To be cross joined. */
export function spansAt(at: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`lateral (values
    (0::smallint, date_bin('15 minutes', ${at}, timestamptz '2000-01-01 00:00Z')),
    (1::smallint, date_trunc('day', ${at}, 'UTC')),
    (2::smallint, date_trunc('month', ${at}, 'UTC'))
  ) as span (grain, starts_at)`;
}
