import { type RawBuilder, sql } from 'kysely';
import type { AnalyticsScope } from '../../application/analytics/analytics.js';
import { GRAINS, monthOf, type Span, spansOf } from '../../domain/grains.js';

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
 * Who bought in the scope, each once, as `buyers`. On its whole days it is those who had not bought before on one of them;
 * at its ends, which are less than a day each, it is those who did not buy on one of the whole days either.
 */
export function distinctBuyers({ from, to, currency }: AnalyticsScope): RawBuilder<unknown> {
  const spans = spansOf(from.getTime(), to.getTime());
  const [first, ...others] = spans.filter(({ grain }) => grain !== GRAINS.quarter);
  const ends = spans.filter(({ grain }) => grain === GRAINS.quarter);
  if (first === undefined) {
    return sql`select count(distinct user_id)::bigint as buyers from ${boughtIn(ends, currency)} bought`;
  }
  const whole = { grain: GRAINS.day, from: first.from, to: others.at(-1)?.to ?? first.to };
  const onDays = sql`select coalesce(sum(buyers), 0) from (${sql.join(
    [first, ...others].flatMap((span) => cameFirst(span, whole.from, currency)),
    sql` union all `,
  )}) first_ones`;
  if (ends.length === 0) return sql`select (${onDays})::bigint as buyers`;
  // `offset 0` has each of the few buyers looked up; joined, everything bought on the whole days would be read.
  return sql`select ((${onDays}) + (
    select count(distinct user_id) from ${boughtIn(ends, currency)} bought
    where not exists (
      select from order_facts known
      where known.user_id = bought.user_id and known.currency = ${currency} and not known.cancelled
        and known.confirmed_at >= ${new Date(whole.from)} and known.confirmed_at < ${new Date(whole.to)}
      offset 0
    )
  ))::bigint as buyers`;
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

function boughtIn(spans: readonly Span[], currency: string): RawBuilder<unknown> {
  const stretches = spans.map(
    ({ from, to }) => sql`
      select distinct user_id from order_facts
      where currency = ${currency} and not cancelled
        and confirmed_at >= ${new Date(from)} and confirmed_at < ${new Date(to)}`,
  );
  return sql`(${sql.join(stretches, sql` union `)})`;
}

function daysAndMonths(day: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`(values
    (${sql.lit(GRAINS.day)}::smallint, ${day}),
    (${sql.lit(GRAINS.month)}::smallint, date_trunc('month', ${day}, 'UTC'))
  )`;
}
