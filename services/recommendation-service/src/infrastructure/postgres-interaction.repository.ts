import { Inject, Injectable } from '@nestjs/common';
import { Database, sql } from '@vici/database';
import type { Selectable } from 'kysely';
import { InteractionRepository } from '../application/interaction.repository.js';
import { INTERACTION_WEIGHT, type Interaction } from '../domain/interaction.js';
import { LOG_LOCK, turnUnder } from './log-lock.js';
import type { RecommendationTables } from './recommendation.tables.js';

/** Interactions in recommendation_db. */
@Injectable()
export class PostgresInteractionRepository extends InteractionRepository {
  constructor(@Inject(Database) private readonly database: Database<RecommendationTables>) {
    super();
  }

  async append(interactions: readonly Interaction[]): Promise<void> {
    if (interactions.length === 0) return;
    await sql`
      with ${turnUnder(LOG_LOCK.behaviour)}
      insert into interactions (event_id, user_id, session_id, product_id, kind, at)
      select given.* from turn, unnest(
        ${interactions.map(({ eventId }) => eventId)}::uuid[],
        ${interactions.map(({ userId }) => userId ?? null)}::uuid[],
        ${interactions.map(({ sessionId }) => sessionId)}::text[],
        ${interactions.map(({ productId }) => productId)}::uuid[],
        ${interactions.map(({ kind }) => kind)}::text[],
        ${interactions.map(({ at }) => new Date(at).toISOString())}::timestamptz[]
      ) as given
      on conflict (event_id) do nothing`.execute(this.database.query);
  }

  async pastInterest(): Promise<ReadonlyMap<string, number>> {
    const rows = await this.database.query.selectFrom('past_interest').selectAll().execute();
    return new Map(rows.map(({ product_id, weight }) => [product_id, Number(weight)]));
  }

  async archiveBefore(moment: Date, limit: number): Promise<number> {
    // What was bought stays in the baskets, so its weight is not kept a second time.
    const { rows } = await sql<{ archived: bigint }>`
      with old as (
        delete from interactions where position in (
          select position from interactions where at < ${moment} order by at limit ${limit}
        ) returning product_id, kind
      ), interest as (
        select product_id, sum(case kind when 'view' then ${INTERACTION_WEIGHT.view}::int
                                         when 'cart' then ${INTERACTION_WEIGHT.cart}::int end) as weight
        from old where kind <> 'purchase' group by product_id
      ), kept as (
        insert into past_interest (product_id, weight) select product_id, weight from interest
        on conflict (product_id) do update set weight = past_interest.weight + excluded.weight
      )
      select count(*) as archived from old`.execute(this.database.query);
    return Number(rows[0]?.archived ?? 0n);
  }
}

/** The row as the index learns from it. */
export function toInteraction(row: Selectable<RecommendationTables['interactions']>): Interaction {
  return {
    eventId: row.event_id,
    ...(row.user_id !== null && { userId: row.user_id }),
    sessionId: row.session_id,
    productId: row.product_id,
    kind: row.kind,
    at: row.at.getTime(),
  };
}
