import { Inject, Injectable } from '@nestjs/common';
import {
  Database,
  ListOrder,
  type Page,
  type PageRequest,
  type Placed,
  pageOf,
  type SortKey,
  sql,
} from '@vici/database';
import type { RawBuilder } from 'kysely';
import {
  type ArmCounts,
  type ArmFilter,
  type AttributedClick,
  type LaterStep,
  type Outcome,
  OutcomeRepository,
} from '../application/outcome.repository.js';
import type { ArmName } from '../domain/experiment.js';
import type { RecommendationTables } from './recommendation.tables.js';

interface CountRow extends ArmName {
  served: bigint;
  click: bigint;
  cart: bigint;
  purchase: bigint;
}

const NAME: readonly SortKey[] = [
  { column: 'experiment', type: 'text' },
  { column: 'arm', type: 'text' },
];
const BY_NAME = new ListOrder(NAME);
const BY_SERVED = new ListOrder([{ column: 'served', type: 'bigint', direction: 'desc' }, ...NAME]);

/** Answers and outcomes in recommendation_db. */
@Injectable()
export class PostgresOutcomeRepository extends OutcomeRepository {
  constructor(@Inject(Database) private readonly database: Database<RecommendationTables>) {
    super();
  }

  async addServings(counts: readonly (ArmName & { readonly answers: number })[], day: Date): Promise<void> {
    await sql`
      insert into experiment_servings as known (experiment, arm, day, answers)
      select experiment, arm, ${day.toISOString().slice(0, 10)}::date, answers from unnest(
        ${counts.map(({ experiment }) => experiment)}::text[],
        ${counts.map(({ arm }) => arm)}::text[],
        ${counts.map(({ answers }) => answers)}::bigint[]
      ) as given (experiment, arm, answers)
      on conflict (experiment, arm, day) do update set answers = known.answers + excluded.answers`.execute(
      this.database.query,
    );
  }

  async saveClicks(clicks: readonly AttributedClick[]): Promise<void> {
    const rows = clicks.flatMap(({ shoppers, ...click }) =>
      shoppers.map((shopper) => ({ shopper, ...click })),
    );
    await sql`
      insert into recommendation_clicks as known (shopper, product_id, recommendation_id, at)
      select distinct on (shopper, product_id) shopper, product_id, recommendation_id, at from unnest(
        ${rows.map(({ shopper }) => shopper)}::text[],
        ${rows.map(({ productId }) => productId)}::uuid[],
        ${rows.map(({ recommendationId }) => recommendationId)}::text[],
        ${rows.map(({ at }) => at.toISOString())}::timestamptz[]
      ) as given (shopper, product_id, recommendation_id, at)
      order by shopper, product_id, at desc
      on conflict (shopper, product_id) do update
        set recommendation_id = excluded.recommendation_id, at = excluded.at where known.at <= excluded.at`.execute(
      this.database.query,
    );
  }

  async answersBehind(steps: readonly LaterStep[], since: Date): Promise<(string | undefined)[]> {
    const asked = steps.flatMap(({ shoppers, productId, at }, place) =>
      shoppers.map((shopper) => ({ place, shopper, productId, at })),
    );
    const { rows } = await sql<{ place: number; recommendation_id: string }>`
      select distinct on (place) place, recommendation_id from unnest(
        ${asked.map(({ place }) => place)}::int[],
        ${asked.map(({ shopper }) => shopper)}::text[],
        ${asked.map(({ productId }) => productId)}::uuid[],
        ${asked.map(({ at }) => at.toISOString())}::timestamptz[]
      ) as asked (place, shopper, product_id, step_at)
      join recommendation_clicks click using (shopper, product_id)
      where click.at >= ${since} and click.at <= step_at
      order by place, click.at desc`.execute(this.database.query);
    const found = new Map(rows.map(({ place, recommendation_id }) => [place, recommendation_id]));
    return steps.map((_step, place) => found.get(place));
  }

  async saveOutcomes(outcomes: readonly Outcome[]): Promise<void> {
    await sql`
      insert into recommendation_outcomes (recommendation_id, kind, experiment, arm, at)
      select recommendation_id, kind, experiment, arm, at from unnest(
        ${outcomes.map(({ recommendationId }) => recommendationId)}::text[],
        ${outcomes.map(({ kind }) => kind)}::text[],
        ${outcomes.map(({ experiment }) => experiment)}::text[],
        ${outcomes.map(({ arm }) => arm)}::text[],
        ${outcomes.map(({ at }) => at.toISOString())}::timestamptz[]
      ) as given (recommendation_id, kind, experiment, arm, at)
      on conflict (recommendation_id, kind) do nothing`.execute(this.database.query);
  }

  async counts(
    running: readonly ArmName[],
    filter: ArmFilter,
    page: PageRequest | undefined,
  ): Promise<Page<ArmCounts>> {
    const order = filter.mostServedFirst ? BY_SERVED : BY_NAME;
    const matching = armsMatching(running, filter);
    const { rows } = await sql<CountRow & Placed>`
      ${matching} select *, ${order.place} as list_place from arms where ${order.after(page)}
      ${order.within(page)}`.execute(this.database.query);
    const counted = await sql<{ total: bigint }>`${matching} select count(*) as total from arms`.execute(
      this.database.query,
    );
    return pageOf(rows.map(toCounts), page, counted.rows[0]?.total ?? 0n, order.nextCursor(rows, page));
  }

  async forgetClicksBefore(moment: Date): Promise<void> {
    await this.database.query.deleteFrom('recommendation_clicks').where('at', '<', moment).execute();
  }
}

/** The arms that run or have run, as the table `arms`. */
function armsMatching(
  running: readonly ArmName[],
  { search, running: isRunning }: ArmFilter,
): RawBuilder<unknown> {
  const part = search?.toLowerCase() ?? '';
  return sql`
    with served as (
      select experiment, arm, sum(answers)::bigint as served from experiment_servings group by experiment, arm
    ), outcome as (
      select experiment, arm, count(*) filter (where kind = 'click') as click,
        count(*) filter (where kind = 'cart') as cart, count(*) filter (where kind = 'purchase') as purchase
      from recommendation_outcomes group by experiment, arm
    ), running as (
      select experiment, arm, true as runs from unnest(
        ${running.map(({ experiment }) => experiment)}::text[],
        ${running.map(({ arm }) => arm)}::text[]
      ) as given (experiment, arm)
    ), arms as (
      select experiment, arm, coalesce(served, 0) as served, coalesce(click, 0) as click, coalesce(cart, 0) as cart,
        coalesce(purchase, 0) as purchase
      from served full join outcome using (experiment, arm) full join running using (experiment, arm)
      where (strpos(lower(experiment), ${part}) > 0 or strpos(lower(arm), ${part}) > 0)
        and (${isRunning ?? null}::boolean is null or coalesce(runs, false) = ${isRunning ?? null}::boolean)
    )`;
}

function toCounts({ experiment, arm, served, click, cart, purchase }: CountRow): ArmCounts {
  return {
    experiment,
    arm,
    served: Number(served),
    outcomes: { click: Number(click), cart: Number(cart), purchase: Number(purchase) },
  };
}
