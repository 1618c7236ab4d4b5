import { sql } from '@vici/database';
import type { RawBuilder } from 'kysely';
import type { AnalyticsScope } from '../../application/analytics/analytics.js';
import { GRAINS, monthOf, nearestDay, type Span, spansOf } from '../../domain/grains.js';

/** Adds the days on which buyers came back to `buyers_by_time`, or takes them off. `chosen` picks rows of order_facts. */
export function addBuyerDays(chosen: RawBuilder<unknown>, sign: 1 | -1): RawBuilder<unknown> {
  return sql`
    insert into buyers_by_time as kept (currency, grain, starts_at, previous_grain, previous_starts_at, buyers)
    select currency, span.grain, span.starts_at, earlier.grain, earlier.starts_at, ${sql.lit(sign)} * count(*)
    from (
      select currency, day,
        coalesce(lag(day) over (partition by user_id, currency order by day), '-infinity') as previous_day
      from (
        select distinct user_id, currency, date_trunc('day', confirmed_at, 'UTC') as day
        from order_facts where not cancelled and ${chosen}
      ) bought
    ) come_back
    cross join lateral ${daysAndMonths(sql`day`)} as span (grain, starts_at)
    cross join lateral ${daysAndMonths(sql`previous_day`)} as earlier (grain, starts_at)
    group by 1, 2, 3, 4, 5
    on conflict (currency, grain, previous_grain, starts_at, previous_starts_at)
    do update set buyers = kept.buyers + excluded.buyers`;
}

/**
 * Who bought in the scope, each once, as `buyers`: who bought on whole days about it, less who did so only outside of it,
 * and who bought in it but on none of these days. Those few are looked up; on the days it is those who had not bought
 * before on one of them.
 */
export function distinctBuyers({ from, to, currency }: AnalyticsScope): RawBuilder<unknown> {
  const scope = { from: from.getTime(), to: to.getTime() };
  const days = { from: nearestDay(scope.from), to: nearestDay(scope.to) };
  if (days.from >= days.to)
    return sql`select count(*)::bigint as buyers from (${boughtIn(scope, currency)}) bought`;
  const onDays = spansOf(days.from, days.to).flatMap((span) => cameFirst(span, days.from, currency));
  return sql`select (
      (select coalesce(sum(buyers), 0) from (${sql.join(onDays, sql` union all `)}) first_ones)
      - ${onlyIn(days, scope, currency)} + ${onlyIn(scope, days, currency)}
    )::bigint as buyers`;
}

interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** How many bought in one stretch of time and not in the other, whose ends are less than a day away. */
function onlyIn(one: Stretch, other: Stretch, currency: string): RawBuilder<unknown> {
  const beside = [
    { from: one.from, to: other.from },
    { from: other.to, to: one.to },
  ].filter(({ from, to }) => from < to);
  if (beside.length === 0) return sql`0`;
  // `offset 0` has each of the few buyers looked up; joined, everything bought in the other time would be read.
  return sql`(
      select count(*) from (${sql.join(
        beside.map((stretch) => boughtIn(stretch, currency)),
        sql` union `,
      )}) bought
      where not exists (
        select from order_facts known
        where known.user_id = bought.user_id and known.currency = ${currency} and not known.cancelled
          and known.confirmed_at >= ${new Date(other.from)} and known.confirmed_at < ${new Date(other.to)}
        offset 0
      )
    )`;
}

/** Rows of those who bought in the span and the time before it before `start`: in a month before, or on a day of its month. */
function cameFirst(span: Span, start: number, currency: string): RawBuilder<unknown>[] {
  const month = new Date(monthOf(start));
  const rows = (before: number, earlier: RawBuilder<unknown>) => sql`
    select buyers from buyers_by_time
    where currency = ${currency} and grain = ${sql.lit(span.grain)} and previous_grain = ${sql.lit(before)}
      and starts_at >= ${new Date(span.from)} and starts_at < ${new Date(span.to)} and ${earlier}`;
  return [
    rows(GRAINS.month, sql`previous_starts_at < ${month}`),
    rows(GRAINS.day, sql`previous_starts_at >= ${month} and previous_starts_at < ${new Date(start)}`),
  ];
}

function boughtIn({ from, to }: Stretch, currency: string): RawBuilder<unknown> {
  return sql`
    select distinct user_id from order_facts
    where currency = ${currency} and not cancelled
      and confirmed_at >= ${new Date(from)} and confirmed_at < ${new Date(to)}`;
}

function daysAndMonths(day: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`(values
    (${sql.lit(GRAINS.day)}::smallint, ${day}),
    (${sql.lit(GRAINS.month)}::smallint, date_trunc('month', ${day}, 'UTC'))
  )`;
}
