import { Injectable } from '@nestjs/common';
import { Logger } from '@vici/utils';
import {
  chainOf,
  type ListEntry,
  type PlacementName,
  type Strategy,
  type StrategyList,
} from '../domain/fallback-chain.js';
import { RecommendationIndex } from '../domain/recommendation-index.js';
import { RecommendationLists } from '../domain/recommendation-lists.js';
import { ListAuthority } from './list-authority.js';
import { type ListKey, listKeys } from './list-keys.js';
import { ListProjector } from './list-projector.js';
import { SessionLists } from './session-lists.js';
import { ShopperProjector } from './shopper-projector.js';
import { StoredLists } from './stored-lists.js';

/** Whom and what a list is for. */
export interface ListSubject {
  readonly placement: PlacementName;
  readonly userId?: string | undefined;
  readonly sessionId?: string | undefined;
  readonly productId?: string | undefined;
  readonly categoryId?: string | undefined;
}

/** How a strategy's list is found for one subject. */
interface Source {
  readonly strategy: Strategy;
  readonly key: ListKey;
  /** Whether it is one shopper's own. */
  readonly own?: boolean;
  /** From the index, when Redis has it not. */
  compute(): ListEntry[];
  /** Has it written. */
  touch(): void;
  /** Set where Redis holds only the head of the list. */
  readonly isHead?: boolean;
}

/** Enough to fill any answer even when the shopper has just bought a lot of it. */
const WHOLE_CATALOGUE = 1_000;

/**
 * The lists of a placement's fallback chain: from Redis in one round trip at most, from the index where Redis has none.
 */
@Injectable()
export class StrategyLists {
  constructor(
    private readonly index: RecommendationIndex,
    private readonly lists: RecommendationLists,
    private readonly sessions: SessionLists,
    private readonly stored: StoredLists,
    private readonly projector: ListProjector,
    private readonly shoppers: ShopperProjector,
    private readonly authority: ListAuthority,
    private readonly logger: Logger,
  ) {}

  /** In the order of the chain; lists are computed only when the ones before them did not do. */
  async of(subject: ListSubject, now: number): Promise<Iterable<StrategyList>> {
    const sources = chainOf(subject.placement).flatMap(
      (strategy) => this.#source(strategy, subject, now) ?? [],
    );
    const stored = await this.#read(sources);
    return this.#inTurn(sources, stored, subject);
  }

  /** Keeps the shortened forms of shown products in Redis alive. */
  noteShown(productIds: readonly string[]): void {
    for (const id of productIds) this.projector.keepHash(id);
  }

  *#inTurn(
    sources: readonly Source[],
    stored: readonly (readonly ListEntry[])[],
    subject: ListSubject,
  ): Generator<StrategyList> {
    for (const [place, source] of sources.entries()) {
      const { strategy, compute, touch, isHead = false } = source;
      const found = stored[place] ?? [];
      if (found.length > 0) yield { strategy, entries: this.#ranked(strategy, found, subject) };
      if (found.length > 0 && !isHead) continue;
      const entries = compute();
      if (found.length === 0) this.#hasToBeWritten(source, entries, touch);
      yield { strategy, entries };
    }
    // The stored lists are the best of the whole shop; a category may need what stands further down.
    yield { strategy: 'popular', entries: this.lists.popular(subject.categoryId) };
    yield { strategy: 'new_arrivals', entries: this.lists.newArrivals(subject.categoryId, WHOLE_CATALOGUE) };
  }

  #hasToBeWritten({ key, own = false }: Source, entries: readonly ListEntry[], touch: () => void): void {
    if (entries.length > 0) touch();
    if (!own) this.stored.keep(key.key, entries);
  }

  /** The contract stores the number of common baskets; what counts is the tie. */
  #ranked(strategy: Strategy, found: readonly ListEntry[], { productId }: ListSubject): readonly ListEntry[] {
    const counted = this.authority.writes && strategy === 'frequently_bought' && productId !== undefined;
    return counted ? this.lists.rankCoPurchases(productId, found) : found;
  }

  async #read(sources: readonly Source[]): Promise<(readonly ListEntry[])[]> {
    try {
      return await this.stored.of(sources.map(({ key: { key }, own = false }) => ({ key, shared: !own })));
    } catch (error) {
      this.logger.warn('Lists not read; they are computed from the index', { error });
      return [];
    }
  }

  /** Undefined where the subject gives the strategy nothing to go by. */
  #source(strategy: Strategy, subject: ListSubject, now: number): Source | undefined {
    switch (strategy) {
      case 'personalized':
        return this.#personalized(subject, now);
      case 'session':
        return this.#session(subject, now);
      case 'similar':
      case 'frequently_bought':
        return this.#aboutProduct(strategy, subject, now);
      case 'trending_category':
        return this.#trendingCategory(subject, now);
      case 'trending':
      case 'popular':
      case 'new_arrivals':
        return this.#forAll(strategy, now);
      case 'pinned':
        // Not a list: pins are put into the finished one.
        return undefined;
    }
  }

  #personalized({ userId }: ListSubject, now: number): Source | undefined {
    if (userId === undefined) return undefined;
    return {
      strategy: 'personalized',
      key: listKeys.personalized(userId),
      own: true,
      compute: () => this.lists.personalized(userId, now),
      touch: () => this.shoppers.touch({ users: [userId] }),
    };
  }

  #session({ userId, sessionId }: ListSubject, now: number): Source | undefined {
    if (sessionId !== undefined && this.index.sessions.slotOf(sessionId) !== undefined) {
      return {
        strategy: 'session',
        key: listKeys.session(sessionId),
        own: true,
        compute: () => this.sessions.latest(sessionId, now),
        touch: () => this.shoppers.touch({ sessions: [sessionId] }),
        isHead: this.authority.writes,
      };
    }
    // A session this process knows nothing of: what another writer left, or the user's last one.
    const last = userId === undefined ? undefined : this.index.shoppers.lastSession(userId);
    if (userId !== undefined && last !== undefined) {
      return {
        strategy: 'session',
        key: listKeys.userSession(userId),
        own: true,
        compute: () => this.sessions.latest(last, now),
        touch: () => this.shoppers.touch({ users: [userId] }),
        isHead: this.authority.writes,
      };
    }
    if (sessionId === undefined) return undefined;
    return {
      strategy: 'session',
      key: listKeys.session(sessionId),
      own: true,
      compute: () => [],
      touch: () => undefined,
    };
  }

  #aboutProduct(
    strategy: 'similar' | 'frequently_bought',
    { productId }: ListSubject,
    now: number,
  ): Source | undefined {
    if (productId === undefined) return undefined;
    const touch = () => this.projector.touch({ products: [productId] });
    return strategy === 'similar'
      ? {
          strategy,
          key: listKeys.similar(productId),
          compute: () => this.lists.similar(productId, now),
          touch,
        }
      : {
          strategy,
          key: listKeys.frequentlyBought(productId),
          compute: () => this.lists.frequentlyBought(productId),
          touch,
        };
  }

  #trendingCategory({ categoryId, productId }: ListSubject, now: number): Source | undefined {
    const product = productId === undefined ? undefined : this.index.catalogue.get(productId);
    const category = categoryId ?? product?.categoryPath[0];
    if (category === undefined) return undefined;
    return {
      strategy: 'trending_category',
      key: listKeys.trendingCategory(category),
      compute: () => this.lists.trending(now, category),
      touch: () => this.projector.trendsChanged(),
    };
  }

  #forAll(strategy: 'trending' | 'popular' | 'new_arrivals', now: number): Source {
    if (strategy === 'trending') {
      const touch = () => this.projector.trendsChanged();
      return { strategy, key: listKeys.trending, compute: () => this.lists.trending(now), touch };
    }
    const touch = () => this.projector.catalogueChanged();
    return strategy === 'popular'
      ? { strategy, key: listKeys.popular, compute: () => this.lists.popular(), touch }
      : { strategy, key: listKeys.newArrivals, compute: () => this.lists.newArrivals(), touch };
  }
}
