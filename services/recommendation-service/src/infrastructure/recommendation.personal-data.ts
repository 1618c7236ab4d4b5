import { Inject, Injectable } from '@nestjs/common';
import { Database, sql } from '@vici/database';
import { type Erasure, PersonalData, type PersonalRecord } from '@vici/events';
import { REDIS, type Redis } from '@vici/utils';
import { listKeys } from '../application/list-keys.js';
import { LOG_LOCK } from './log-lock.js';
import type { RecommendationTables } from './recommendation.tables.js';

/**
 * What a person looked at, and the lists made from it. The index in memory forgets the person; what it learned from
 * sessions, which name nobody, it keeps until they are old.
 */
@Injectable()
export class RecommendationPersonalData extends PersonalData {
  readonly service = 'recommendation-service';

  constructor(
    @Inject(Database) private readonly database: Database<RecommendationTables>,
    @Inject(REDIS) private readonly redis: Redis,
  ) {
    super();
  }

  async *records(userId: string): AsyncGenerator<PersonalRecord> {
    const interactions = await this.database.query
      .selectFrom('interactions')
      .select(['product_id', 'kind', 'at'])
      .where('user_id', '=', userId)
      .orderBy('at', 'desc')
      .execute();
    for (const interaction of interactions) yield { section: 'interactions', record: { ...interaction } };
    const { key } = listKeys.personalized(userId);
    const recommended = await this.redis.zrange(key, '0', '-1', 'REV');
    for (const productId of recommended) yield { section: 'recommended', record: { productId } };
  }

  async erase(userId: string): Promise<Erasure> {
    const interactions = await this.database.query
      .deleteFrom('interactions')
      .where('user_id', '=', userId)
      .executeTakeFirstOrThrow();
    const clicks = await this.database.query
      .deleteFrom('recommendation_clicks')
      .where('shopper', '=', userId)
      .executeTakeFirstOrThrow();
    await this.#haveForgotten(userId);
    const keys = [listKeys.personalized(userId), listKeys.userSession(userId), listKeys.history(userId)];
    // One command a key: on a cluster they lie in different slots.
    const removed = await Promise.all(keys.map(({ key }) => this.redis.del(key)));
    await this.redis.srem(listKeys.usersWithRecommendations, userId);
    return {
      erased: {
        interactions: Number(interactions.numDeletedRows),
        clicks: Number(clicks.numDeletedRows),
        lists: removed.reduce((sum, count) => sum + count, 0),
      },
    };
  }

  /** Every replica follows this log, and so does an index that goes on from a snapshot of before. */
  async #haveForgotten(userId: string): Promise<void> {
    await sql`select pg_advisory_xact_lock(${LOG_LOCK.behaviour})`.execute(this.database.query);
    await this.database.query.insertInto('erased_shoppers').values({ user_id: userId }).execute();
  }
}
