import { BoughtTogether, type BoughtTogetherOptions } from './bought-together.js';
import { Catalogue, type CatalogueProduct } from './catalogue.js';
import type { ColumnReader, ColumnWriter } from './columns.js';
import { ContentIndex } from './content-index.js';
import { DecayedCounters } from './decayed-counters.js';
import { INTERACTION_WEIGHT, type LearnedInteraction } from './interaction.js';
import { ItemRegistry } from './item-registry.js';
import { ItemSimilarity } from './item-similarity.js';
import {
  type SessionAlgorithm,
  type SessionAlgorithmOptions,
  sessionAlgorithms,
} from './session-algorithms.js';
import { SessionIndex, type SessionIndexOptions } from './session-index.js';
import type { SessionRecommender } from './session-recommender.js';
import { ShopperHistories } from './shopper-histories.js';

/** Settings of the {@link RecommendationIndex}. */
export interface RecommendationIndexOptions {
  readonly sessions?: Partial<SessionIndexOptions>;
  readonly algorithms?: SessionAlgorithmOptions;
  readonly baskets?: Partial<BoughtTogetherOptions>;
  /** A trend halves in so many milliseconds. */
  readonly trendHalfLifeMs?: number;
  /** Products that have been looked at and are not in the catalogue: beyond so many, further ones are ignored. */
  readonly maxUnknownProducts?: number;
}

/** A common session says half as much of the likeness of two products after so long. */
const LIKENESS_HALF_LIFE_MS = 14 * 86_400_000;
const TREND_HALF_LIFE_MS = 6 * 3_600_000;
const MAX_UNKNOWN_PRODUCTS = 100_000;
const FIRST_CAPACITY = 1024;

/**
 * All that recommendations are computed from, in memory: what shoppers did, what was bought together, what the products
 * are. Built from events one by one; the same events in the same order give the same index.
 */
export class RecommendationIndex {
  readonly items = new ItemRegistry();
  readonly catalogue = new Catalogue();
  readonly content: ContentIndex;
  readonly sessions: SessionIndex;
  readonly algorithms: Readonly<Record<SessionAlgorithm, SessionRecommender>>;
  readonly baskets: BoughtTogether;
  readonly shoppers = new ShopperHistories();
  readonly trends: DecayedCounters;
  /** All-time interest; never fades. */
  readonly popularity = new DecayedCounters(Number.POSITIVE_INFINITY);
  readonly similarity: ItemSimilarity;
  readonly #sessionCounts: DecayedCounters;
  /** By item: 1 for what can be sold. Asked for each candidate of each list. */
  #sellable = new Uint8Array(FIRST_CAPACITY);
  readonly #maxUnknownProducts: number;

  constructor(options: RecommendationIndexOptions = {}) {
    this.#maxUnknownProducts = options.maxUnknownProducts ?? MAX_UNKNOWN_PRODUCTS;
    const tieBreak = this.items.byId;
    const halfLifeMs = LIKENESS_HALF_LIFE_MS;
    this.content = new ContentIndex(tieBreak);
    this.sessions = new SessionIndex(options.sessions);
    this.algorithms = sessionAlgorithms(this.sessions, this.popularity, tieBreak, options.algorithms);
    this.baskets = new BoughtTogether(options.baskets, tieBreak);
    this.trends = new DecayedCounters(options.trendHalfLifeMs ?? TREND_HALF_LIFE_MS);
    this.#sessionCounts = new DecayedCounters(halfLifeMs);
    const { sessions, content } = this;
    this.similarity = new ItemSimilarity({
      sessions,
      content,
      sessionCounts: this.#sessionCounts,
      halfLifeMs,
      tieBreak,
    });
  }

  /** Learns from one interaction; the caller sees to it that each counts once. */
  apply({ productId, kind, sessionId, userId, at }: LearnedInteraction): void {
    const item = this.#admitted(productId);
    if (item === undefined) return;
    const weight = INTERACTION_WEIGHT[kind];
    for (const held of this.sessions.add(sessionId, item, weight, at)) this.#sessionCounts.add(held, 1, at);
    if (userId !== undefined) this.shoppers.add(userId, { item, kind, weight, at, sessionId });
    this.trends.add(item, weight, at);
    // What was bought is counted by its basket, which is kept for good.
    if (kind !== 'purchase') this.popularity.add(item, weight, 0);
  }

  /** Learns what was bought together, as the lines of a basket come in; the caller tells each line once. */
  addToBasket(basketId: string, productIds: readonly string[]): void {
    const items = productIds.map((id) => this.items.intern(id));
    this.baskets.add(basketId, items);
    for (const item of items) this.popularity.add(item, INTERACTION_WEIGHT.purchase, 0);
  }

  /** Interest from before what the index is built from. */
  addPastInterest(productId: string, weight: number): void {
    this.popularity.add(this.items.intern(productId), weight, 0);
  }

  /** False when this or a later version is known. */
  putProduct(product: CatalogueProduct): boolean {
    if (!this.catalogue.put(product)) return false;
    const item = this.items.intern(product.id);
    if (product.active) this.content.put(item, product);
    else this.content.remove(item);
    this.#noteSellable(product.id);
    return true;
  }

  /** False when a later version is known. */
  removeProduct(id: string, version: number): boolean {
    if (!this.catalogue.remove(id, version)) return false;
    this.content.remove(this.items.intern(id));
    this.#noteSellable(id);
    return true;
  }

  /** Sets the available units as of the moment `at`; false when a later word is known. */
  setStock(id: string, available: number, at: number): boolean {
    if (!this.catalogue.setStock(id, available, at)) return false;
    this.#noteSellable(id);
    return true;
  }

  /** What the content depends on: an index of other settings cannot take it in. */
  get settings(): Readonly<Record<string, number>> {
    const { sessionsPerItem, maxSessions, stepsPerSession } = this.sessions.bounds;
    const { maxBaskets, basketsPerItem } = this.baskets.bounds;
    const trendHalfLifeMs = this.trends.halfLifeMs;
    const likenessHalfLifeMs = LIKENESS_HALF_LIFE_MS;
    return {
      sessionsPerItem,
      maxSessions,
      stepsPerSession,
      maxBaskets,
      basketsPerItem,
      trendHalfLifeMs,
      likenessHalfLifeMs,
    };
  }

  /** Puts away what shoppers did and bought, not the products; a step at a time. Nothing may be learned meanwhile. */
  *save(to: ColumnWriter): Generator<void> {
    yield* this.sessions.save(to);
    yield* this.baskets.save(to);
    yield* this.shoppers.save(to);
    yield* this.trends.save(to, 'trends');
    yield* this.popularity.save(to, 'popularity');
    yield* this.#sessionCounts.save(to, 'counts');
    yield* this.items.save(to);
  }

  /** Takes in what was put away, before anything is learned; a step at a time. */
  *load(from: ColumnReader): Generator<void> {
    yield* this.items.load(from);
    yield* this.sessions.load(from);
    yield* this.baskets.load(from);
    yield* this.shoppers.load(from);
    yield* this.trends.load(from, 'trends');
    yield* this.popularity.load(from, 'popularity');
    yield* this.#sessionCounts.load(from, 'counts');
  }

  #noteSellable(id: string): void {
    const item = this.items.intern(id);
    if (item >= this.#sellable.length) {
      const grown = new Uint8Array(2 ** Math.ceil(Math.log2(item + 2)));
      grown.set(this.#sellable);
      this.#sellable = grown;
    }
    this.#sellable[item] = this.catalogue.isSellable(id) ? 1 : 0;
  }

  /** Views may be told before their product is; but whoever makes ids up must not fill the memory. */
  #admitted(productId: string): number | undefined {
    const known = this.items.numberOf(productId);
    const room = this.items.size - this.catalogue.size < this.#maxUnknownProducts;
    return known === undefined && room ? this.items.intern(productId) : known;
  }

  /** Whether the item may be shown. */
  readonly isSellable = (item: number): boolean => this.#sellable[item] === 1;
}
