import { Inject, Injectable } from '@nestjs/common';
import { Database, sql } from '@vici/database';
import { Clock } from '@vici/utils';
import type { RawBuilder } from 'kysely';
import type { AnalyticsScope, BehaviourReport, SearchCount } from '../../application/analytics/analytics.js';
import { GRAINS, type SignedSpan, startsOf, sumOf } from '../../domain/grains.js';
import { below, type Unread, unreadBelow } from '../../domain/ranking.js';
import type { EventTables } from '../event.tables.js';
import { rowsOf, sum, within } from './spans.sql.js';

/** So few searches are ranked by adding up every term of the range. */
const FEW = 20_000;
/** To look up more months and days of terms than this takes longer than to add up all. */
const MOST_LOOKED_UP = 10_000;
/** The last term of a ranking is taken to have this share of what the terms of it would have if they were all alike. */
const FIRST_GUESS = 1 / 30;
const NEXT_GUESS = 1 / 8;
const TERMS = {
  table: 'searches_by_time',
  keys: ['term'],
  figures: ['searches', 'without_result'],
} as const;

type Measure = 'searches' | 'without_result';

const MAGNITUDES: Readonly<Record<Measure, string>> = {
  searches: 'magnitude',
  without_result: 'magnitude_without_result',
};

interface CountRow {
  readonly term: string;
  readonly searches: bigint;
  readonly without_result: bigint;
}

/** What was searched for, from event_db. */
@Injectable()
export class PostgresSearchQueries {
  constructor(
    @Inject(Database) private readonly database: Database<EventTables>,
    private readonly clock: Clock,
  ) {}

  async report(
    scope: AnalyticsScope,
  ): Promise<
    Pick<BehaviourReport, 'searches' | 'searchesWithoutResult' | 'topSearches' | 'zeroResultSearches'>
  > {
    const spans = sumOf(scope.from.getTime(), scope.to.getTime(), this.clock.now().getTime());
    const { searches, without_result } = await this.totals(scope);
    const few = searches <= FEW || !(await this.measured());
    const ranked = (measure: Measure, total: bigint) =>
      total === 0n ? [] : few ? this.ofAll(scope, measure) : this.ofFrequent(scope, spans, measure, total);
    const [topSearches, zeroResultSearches] = await Promise.all([
      ranked('searches', searches),
      ranked('without_result', without_result),
    ]);
    return { searches, searchesWithoutResult: without_result, topSearches, zeroResultSearches };
  }

  private async totals(scope: AnalyticsScope): Promise<Omit<CountRow, 'term'>> {
    const { rows } = await sql<Omit<CountRow, 'term'>>`
      select ${sum('searches')}, ${sum('without_result')}
      from ${within({ table: 'searches_in_total', figures: TERMS.figures }, scope, this.clock.now())}`.execute(
      this.database.query,
    );
    const [totals] = rows;
    if (totals === undefined) throw new Error('A sum has no row');
    return totals;
  }

  /** Whether every month and day of a term says how high up it is: at first the housekeeping has to come to the old ones. */
  private async measured(): Promise<boolean> {
    const { rows } = await sql<{ lowest: number | null }>`
      select least(
        (select min(magnitude) from searches_by_time where grain = ${sql.lit(GRAINS.day)}),
        (select min(magnitude) from searches_by_time where grain = ${sql.lit(GRAINS.month)})
      ) as lowest`.execute(this.database.query);
    return rows.every(({ lowest }) => lowest === null || lowest >= 0);
  }

  /** Terms that are high up somewhere are added up; fewer are left out until the last one is above whatever those may have. */
  private async ofFrequent(
    scope: AnalyticsScope,
    spans: readonly SignedSpan[],
    measure: Measure,
    total: bigint,
  ): Promise<SearchCount[]> {
    const lists = (grain: number) =>
      spans.flatMap((span) => (span.grain === grain && span.sign > 0 ? startsOf(span) : [])).length;
    let most = Math.floor((Number(total) * FIRST_GUESS) / scope.top);
    while (most > 0) {
      const unread = unreadBelow(most, lists(GRAINS.month), lists(GRAINS.day));
      const found = await this.above(unread, spans, measure, scope.top);
      if (found === 'too many') break;
      const last = found.at(-1);
      const least = measure === 'searches' ? last?.searches : last?.withoutResult;
      if (found.length === scope.top && least !== undefined && least > BigInt(unread.most)) return found;
      most = Math.floor(most * NEXT_GUESS);
    }
    return await this.ofAll(scope, measure);
  }

  private async ofAll(scope: AnalyticsScope, measure: Measure): Promise<SearchCount[]> {
    const { rows } = await sql<CountRow>`
      select * from (
        select term, ${sum('searches')}, ${sum('without_result')}
        from ${within(TERMS, scope, this.clock.now())} group by term
      ) terms
      where ${sql.ref(measure)} > 0 order by ${sql.ref(measure)} desc, term limit ${scope.top}`.execute(
      this.database.query,
    );
    return rows.map(toCount);
  }

  /** The highest sums of the terms that are high up in a month, on a day, or in the quarters of an hour beside them. */
  private async above(
    unread: Unread,
    spans: readonly SignedSpan[],
    measure: Measure,
    top: number,
  ): Promise<SearchCount[] | 'too many'> {
    const lists = spans.filter(({ grain }) => grain !== GRAINS.quarter);
    const starts = lists.flatMap((span) => startsOf(span).map((start) => ({ ...span, start })));
    const enough = Math.floor(MOST_LOOKED_UP / Math.max(starts.length, 1));
    const { rows } = await sql<CountRow & { readonly candidates: bigint }>`
      with beside as materialized (${besideOf(spans)}),
      candidate as materialized (select term from (${candidates(unread, lists, measure)}) found limit ${enough + 1})
      select * from (
        select term, (select count(*) from candidate) as candidates,
          (coalesce(beside.searches, 0) + listed.searches)::bigint as searches,
          (coalesce(beside.without_result, 0) + listed.without_result)::bigint as without_result
        from candidate left join beside using (term)
        cross join lateral (
          select coalesce(sum(sign * searches), 0) as searches, coalesce(sum(sign * without_result), 0) as without_result
          from unnest(
            ${starts.map(({ grain }) => grain)}::smallint[],
            ${starts.map(({ start }) => new Date(start).toISOString())}::timestamptz[],
            ${starts.map(({ sign }) => sign)}::int[]
          ) as span (grain, starts_at, sign)
          join searches_by_time counted using (grain, starts_at)
          where (select count(*) from candidate) <= ${enough} and counted.term = candidate.term
          offset 0
        ) listed
      ) ranked
      where ${sql.ref(measure)} > 0 or candidates > ${enough}
      order by ${sql.ref(measure)} desc, term limit ${top}`.execute(this.database.query);
    return rows.some((row) => row.candidates > enough) ? 'too many' : rows.map(toCount);
  }
}

function besideOf(spans: readonly SignedSpan[]): RawBuilder<unknown> {
  const quarters = spans.filter(({ grain }) => grain === GRAINS.quarter);
  if (quarters.length === 0)
    return sql`select ''::text as term, 0::bigint as searches, 0::bigint as without_result where false`;
  return sql`select term, ${sum('searches')}, ${sum('without_result')} from ${rowsOf(TERMS, quarters)} group by term`;
}

function candidates(unread: Unread, lists: readonly SignedSpan[], measure: Measure): RawBuilder<unknown> {
  const high = lists
    .filter(({ sign }) => sign > 0)
    .map(
      ({ grain, from, to }) => sql`
        select term from searches_by_time
        where grain = ${sql.lit(grain)} and starts_at >= ${new Date(from)} and starts_at < ${new Date(to)}
          and ${sql.ref(MAGNITUDES[measure])} > ${grain === GRAINS.month ? unread.ofMonth : unread.ofDay}`,
    );
  const beside = sql`select term from beside where ${sql.ref(measure)} > ${below(unread.ofDay)}`;
  return sql`${sql.join([...high, beside], sql` union `)}`;
}

function toCount({ term, searches, without_result }: CountRow): SearchCount {
  return { term, searches, withoutResult: without_result };
}
