import { Inject, Injectable } from '@nestjs/common';
import { Database, sql } from '@vici/database';
import { RecommendationFigures } from '../../application/analytics/figures.port.js';
import type { BehaviourEvent } from '../../application/check-event.js';
import {
  type EffectChange,
  RecommendationClicks,
  type ShopperAct,
} from '../../domain/recommendation-effect.js';
import type { EventTables } from '../event.tables.js';
import { spansAt } from './spans.sql.js';

const KINDS: Readonly<Partial<Record<string, ShopperAct['kind']>>> = {
  recommendation_view: 'shown',
  product_click: 'clicked',
  product_view: 'clicked',
  add_to_cart: 'carted',
  purchase: 'bought',
};

/** What recommendations lead to, in event_db. */
@Injectable()
export class PostgresRecommendationFigures extends RecommendationFigures {
  constructor(@Inject(Database) private readonly database: Database<EventTables>) {
    super();
  }

  async count(events: readonly BehaviourEvent[]): Promise<void> {
    const acts = events.flatMap(actOf);
    if (acts.length === 0) return;
    const clicks = await this.clicksBefore(acts);
    const changes = acts.map((act) => clicks.effectOf(act)).filter(isChange);
    await this.keep(clicks.met);
    await this.add(changes);
  }

  private async clicksBefore(acts: readonly ShopperAct[]): Promise<RecommendationClicks> {
    const about = acts.filter(({ kind }) => kind !== 'shown');
    const { rows } = await sql<{
      session_id: string;
      user_id: string | null;
      product_id: string;
      clicked_at: Date;
    }>`
      select click.* from recommendation_clicks click
      join unnest(
        ${about.map(({ sessionId }) => sessionId)}::text[],
        ${about.map(({ productId }) => productId ?? null)}::uuid[]
      ) as act (session_id, product_id) using (session_id, product_id)
      union
      select click.* from recommendation_clicks click
      join unnest(
        ${about.map(({ userId }) => userId ?? null)}::uuid[],
        ${about.map(({ productId }) => productId ?? null)}::uuid[]
      ) as act (user_id, product_id) using (user_id, product_id)`.execute(this.database.query);
    const clicks = new RecommendationClicks();
    for (const row of rows) {
      for (const shopper of [row.session_id, row.user_id]) {
        if (shopper !== null) clicks.remember(shopper, row.product_id, row.clicked_at.getTime());
      }
    }
    return clicks;
  }

  private async keep(clicks: readonly ShopperAct[]): Promise<void> {
    if (clicks.length === 0) return;
    await sql`
      insert into recommendation_clicks (session_id, product_id, user_id, clicked_at)
      select * from unnest(
        ${clicks.map(({ sessionId }) => sessionId)}::text[],
        ${clicks.map(({ productId }) => productId ?? null)}::uuid[],
        ${clicks.map(({ userId }) => userId ?? null)}::uuid[],
        ${clicks.map(({ at }) => new Date(at).toISOString())}::timestamptz[]
      )
      on conflict (session_id, product_id) do update set
        clicked_at = greatest(recommendation_clicks.clicked_at, excluded.clicked_at),
        user_id = coalesce(excluded.user_id, recommendation_clicks.user_id)`.execute(this.database.query);
  }

  private async add(changes: readonly EffectChange[]): Promise<void> {
    if (changes.length === 0) return;
    const numbers = (pick: (change: EffectChange) => number) => sql`${changes.map(pick)}::bigint[]`;
    await sql`
      insert into recommendations_by_time as kept
        (grain, starts_at, currency, impressions, clicks, added_to_cart, purchases, revenue, all_revenue)
      select span.grain, span.starts_at, currency, sum(impressions), sum(clicks), sum(added_to_cart), sum(purchases),
        sum(revenue), sum(all_revenue)
      from unnest(
        ${changes.map(({ at }) => new Date(at).toISOString())}::timestamptz[],
        ${changes.map(({ currency }) => currency)}::text[],
        ${numbers(({ impressions }) => impressions)},
        ${numbers(({ clicks }) => clicks)},
        ${numbers(({ addedToCart }) => addedToCart)},
        ${numbers(({ purchases }) => purchases)},
        ${numbers(({ revenue }) => revenue)},
        ${numbers(({ allRevenue }) => allRevenue)}
      ) as change (at, currency, impressions, clicks, added_to_cart, purchases, revenue, all_revenue)
      cross join ${spansAt(sql`at`)}
      group by 1, 2, 3
      on conflict (grain, currency, starts_at) do update set
        impressions = kept.impressions + excluded.impressions,
        clicks = kept.clicks + excluded.clicks,
        added_to_cart = kept.added_to_cart + excluded.added_to_cart,
        purchases = kept.purchases + excluded.purchases,
        revenue = kept.revenue + excluded.revenue,
        all_revenue = kept.all_revenue + excluded.all_revenue`.execute(this.database.query);
  }
}

function actOf({ type, data }: BehaviourEvent): ShopperAct[] {
  const kind = KINDS[type];
  if (kind === undefined) return [];
  const {
    timestamp,
    sessionId,
    userId,
    productId,
    quantity = 1,
    price = 0,
    resultProductIds,
    metadata,
  } = data;
  const bought = kind === 'bought';
  return [
    {
      kind,
      at: timestamp,
      sessionId,
      userId,
      productId,
      recommended: data.recommendationId !== undefined || data.source === 'recommendation',
      count: kind === 'shown' ? (resultProductIds?.length ?? 1) : quantity,
      revenue: bought ? Math.round(price * quantity) : 0,
      currency: bought ? String(metadata?.['currency'] ?? '') : '',
    },
  ];
}

function isChange({ impressions, clicks, addedToCart, allRevenue, purchases }: EffectChange): boolean {
  return impressions + clicks + addedToCart + allRevenue + purchases > 0;
}
