import { sql } from '@vici/database';
import type { RawBuilder } from 'kysely';
import type { AnalyticsScope } from '../../application/analytics/analytics.js';
import { GRAINS } from '../../domain/grains.js';
import { sum } from './spans.sql.js';

const FORMATS = {
  hour: 'YYYY-MM-DD"T"HH24:MI',
  day: 'YYYY-MM-DD',
  week: 'YYYY-MM-DD',
  month: 'YYYY-MM-DD',
} as const;

/** Every point of the scope with its `date` in the time zone, and `revenue` and `orders` of the part that is in the scope. */
export function salesOverTime(scope: AnalyticsScope): RawBuilder<unknown> {
  const { from, to, interval, timeZone } = scope;
  return sql`
    with point as (
      select generate_series(
        date_trunc(${sql.lit(interval)}, ${from}::timestamptz at time zone ${timeZone}::text),
        ${to}::timestamptz at time zone ${timeZone}::text - interval '1 second',
        ${sql.lit(`1 ${interval}`)}::interval
      ) as starts
    ), sold as (${interval === 'hour' ? byHour(scope) : byDays(scope)})
    select to_char(point.starts, ${FORMATS[interval]}) as date,
      coalesce(sold.revenue, 0)::bigint as revenue, coalesce(sold.orders, 0)::bigint as orders
    from point left join sold using (starts) order by point.starts`;
}

/** When clocks are set back, an hour of this name comes twice, so each quarter of an hour is asked for its own. */
function byHour({ from, to, timeZone, currency }: AnalyticsScope): RawBuilder<unknown> {
  return sql`
    select date_trunc('hour', starts_at at time zone ${timeZone}::text) as starts, ${sum('revenue')}, ${sum('orders')}
    from sales_by_time
    where grain = ${sql.lit(GRAINS.quarter)} and currency = ${currency} and starts_at >= ${from} and starts_at < ${to}
    group by 1`;
}

/** Points of a day or more begin at a moment each: its whole UTC days are read as such, the rest by quarters of an hour. */
function byDays({ from, to, timeZone, currency }: AnalyticsScope): RawBuilder<unknown> {
  const moment = sql`point.starts at time zone ${timeZone}::text`;
  // Of a midnight that comes twice the time zone tells the later one.
  const begins = sql`${moment} - case
    when (${moment} - interval '1 hour') at time zone ${timeZone}::text >= point.starts then interval '1 hour'
    else interval '0' end`;
  const dayAt = (time: RawBuilder<unknown>) => sql`date_trunc('day', ${time}, 'UTC')`;
  const stretch = (grain: number, start: RawBuilder<unknown>, end: RawBuilder<unknown>) => sql`
    select revenue, orders from sales_by_time
    where grain = ${sql.lit(grain)} and currency = ${currency} and starts_at >= ${start} and starts_at < ${end}`;
  return sql`
    select starts, ${sum('revenue')}, ${sum('orders')}
    from (
      select starts, begins, ends, least(ends, ${dayAt(sql`begins + interval '1 day - 1 microsecond'`)}) as first_day,
        greatest(begins, ${dayAt(sql`ends`)}) as last_day
      from (
        select starts, greatest(begins, ${from}) as begins,
          least(lead(begins, 1, ${to}::timestamptz) over (order by starts), ${to}) as ends
        from (select starts, ${begins} as begins from point) begun
      ) bounded
    ) cut
    cross join lateral (
      ${stretch(GRAINS.quarter, sql`begins`, sql`first_day`)}
      union all ${stretch(GRAINS.day, sql`first_day`, sql`last_day`)}
      union all ${stretch(GRAINS.quarter, sql`greatest(first_day, last_day)`, sql`ends`)}
    ) sums
    group by starts`;
}
