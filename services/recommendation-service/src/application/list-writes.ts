import { Injectable } from '@nestjs/common';
import { RecommendationIndex } from '../domain/recommendation-index.js';
import {
  KEPT_OF_BOUGHT,
  KEPT_OF_SESSION,
  KEPT_OF_SIMILAR,
  RecommendationLists,
} from '../domain/recommendation-lists.js';
import { listKeys } from './list-keys.js';
import type { ListWrite } from './list-store.js';
import { SessionLists } from './session-lists.js';

/** What the keys of the contract hold, computed from the index. */
@Injectable()
export class ListWrites {
  constructor(
    private readonly index: RecommendationIndex,
    private readonly lists: RecommendationLists,
    private readonly sessions: SessionLists,
  ) {}

  forSession(sessionId: string, now: number): ListWrite[] {
    const entries = this.sessions.current(sessionId, now).slice(0, KEPT_OF_SESSION);
    return [
      { type: 'sorted-set', ...listKeys.session(sessionId), entries },
      { type: 'list', ...listKeys.viewed(sessionId), values: this.lists.viewed(sessionId) },
    ];
  }

  forUser(userId: string, now: number): ListWrite[] {
    const session = this.index.shoppers.lastSession(userId);
    const personalized = this.lists.personalized(userId, now);
    return [
      { type: 'sorted-set', ...listKeys.personalized(userId), entries: personalized },
      {
        type: 'sorted-set',
        ...listKeys.userSession(userId),
        entries: session === undefined ? [] : this.sessions.current(session, now).slice(0, KEPT_OF_SESSION),
      },
      { type: 'sorted-set', ...listKeys.history(userId), entries: this.lists.history(userId) },
      ...(personalized.length === 0
        ? []
        : [{ type: 'members' as const, key: listKeys.usersWithRecommendations, members: [userId] }]),
    ];
  }

  /** The product's lists, and the products most like it. */
  forProduct(productId: string, now: number): { writes: ListWrite[]; similar: readonly string[] } {
    const similar = this.lists.similar(productId, now, KEPT_OF_SIMILAR);
    const bought = this.lists.frequentlyBought(productId, KEPT_OF_BOUGHT);
    const writes: ListWrite[] = [
      { type: 'sorted-set', ...listKeys.similar(productId), entries: similar },
      {
        type: 'sorted-set',
        ...listKeys.frequentlyBought(productId),
        entries: bought.map(({ id, count }) => ({ id, score: count })),
      },
      ...this.productHash(productId),
    ];
    return { writes, similar: similar.map(({ id }) => id) };
  }

  /** The shortened product; nothing for one that is not known. */
  productHash(productId: string): ListWrite[] {
    const product = this.index.catalogue.get(productId);
    if (product === undefined) return [];
    const { id, name, price, image, rating, categoryPath } = product;
    const stock = this.index.catalogue.available(id) ?? 0;
    const fields = { id, name, price, image, category_id: categoryPath[0] ?? '', rating, stock };
    return [{ type: 'hash', ...listKeys.product(id), fields }];
  }

  /** List by list, so that others get their turn between them. */
  *trending(now: number): Generator<ListWrite> {
    yield { type: 'sorted-set', ...listKeys.trending, entries: this.lists.trending(now) };
    for (const [category, entries] of this.lists.trendingByCategory(now)) {
      yield { type: 'sorted-set', ...listKeys.trendingCategory(category), entries };
    }
  }

  /** All-time popularity and new arrivals, one after the other. */
  *catalogueLists(): Generator<ListWrite> {
    yield { type: 'sorted-set', ...listKeys.popular, entries: this.lists.popular() };
    yield { type: 'sorted-set', ...listKeys.newArrivals, entries: this.lists.newArrivals() };
  }

  stats(now: Date, lastProcessingMs: number): ListWrite[] {
    return [
      { type: 'value', key: listKeys.lastUpdate, value: now.toISOString() },
      {
        type: 'hash',
        key: listKeys.stats,
        fields: {
          total_users: this.index.shoppers.size,
          total_products: this.index.catalogue.size,
          last_processing_time: lastProcessingMs,
        },
      },
    ];
  }
}
