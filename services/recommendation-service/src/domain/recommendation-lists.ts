import { isInCategory } from './catalogue.js';
import type { ListEntry } from './fallback-chain.js';
import type { RecommendationIndex } from './recommendation-index.js';
import type { SessionAlgorithm } from './session-algorithms.js';
import type { SessionItem } from './session-steps.js';
import { type ScoredItem, TopK } from './top-k.js';

/** The contract's longest list. */
export const LIST_LENGTH = 100;
/** What Redis keeps of the lists there are many of: a kilobyte a session, six a product. */
export const KEPT_OF_SESSION = 8;
export const KEPT_OF_SIMILAR = 60;
export const KEPT_OF_BOUGHT = 40;
export const VIEWED_LENGTH = 20;
/** A session's list is filled up to this with products like the ones looked at. */
const SESSION_FILL = 40;
const FILL_FROM_LAST = 3;
const FILL_PER_ITEM = 30;
/** What only resembles something seen ranks below what similar shoppers went on with. */
const FILL_WEIGHT = 0.5;
const PERSONAL_ITEMS = 20;
/** A trend below this has faded out. */
const TREND_FLOOR = 0.01;

/** A product bought with another, with the number of baskets that hold both. */
export interface CoPurchaseEntry extends ListEntry {
  readonly count: number;
}

/** The lists of products that are computed from the index; only products that can be sold, at most 100 of them. */
export class RecommendationLists {
  readonly #index: RecommendationIndex;

  readonly #algorithmOf: (shopper: string) => SessionAlgorithm;

  /** @param algorithmOf the algorithm for a session or a user, where an experiment divides them */
  constructor(
    index: RecommendationIndex,
    algorithmOf: (shopper: string) => SessionAlgorithm = () => 'blend',
  ) {
    this.#index = index;
    this.#algorithmOf = algorithmOf;
  }

  /** What suits the session now, 0..1; empty for a session that has not looked at any product. */
  session(sessionId: string, now: number, limit = LIST_LENGTH): ListEntry[] {
    const items = this.#index.sessions.session(sessionId)?.items ?? [];
    return this.#entries(
      this.#forItems(items, {
        unit: sessionId,
        own: sessionId,
        now,
        limit,
        fill: Math.min(limit, SESSION_FILL),
      }),
    );
  }

  /** What suits all that is known of the shopper, 0..1: their last 20 products, and the categories they care about. */
  personalized(userId: string, now: number): ListEntry[] {
    const history = this.#index.shoppers.items(userId);
    const own = this.#index.shoppers.lastSession(userId);
    const affinity = this.#categoryShares(history.slice(-PERSONAL_ITEMS));
    const scored = this.#forItems(history, {
      unit: userId,
      own,
      now,
      limit: 2 * LIST_LENGTH,
      fill: SESSION_FILL,
      queryItems: PERSONAL_ITEMS,
    });
    const best = new TopK(LIST_LENGTH, this.#index.items.byId);
    for (const { item, score } of scored)
      best.offer(item, score * (1 + (affinity.get(this.#leafOf(item)) ?? 0)));
    return this.#entries(normalized(best.sorted()));
  }

  /** Products like this one, 0..1. */
  similar(productId: string, now: number, limit = LIST_LENGTH): ListEntry[] {
    const item = this.#index.items.numberOf(productId);
    if (item === undefined) return [];
    return this.#entries(this.#index.similarity.similar(item, now, limit, this.#index.isSellable));
  }

  /** What is bought with this product, the strongest tie first. */
  frequentlyBought(productId: string, limit = LIST_LENGTH): CoPurchaseEntry[] {
    const item = this.#index.items.numberOf(productId);
    if (item === undefined) return [];
    const together = this.#index.baskets.with(item, limit, this.#index.isSellable);
    return together.map(({ item: other, score, count }) => ({ id: this.#idOf(other), score, count }));
  }

  /** Orders what is known only by its count of common baskets: the strongest tie first. */
  rankCoPurchases(productId: string, counted: readonly ListEntry[]): ListEntry[] {
    const item = this.#index.items.numberOf(productId);
    if (item === undefined) return [...counted];
    const best = new TopK(LIST_LENGTH, this.#index.items.byId);
    for (const { id, score: count } of counted) {
      const other = this.#index.items.intern(id);
      best.offer(other, this.#index.baskets.tie(item, other, count));
    }
    return this.#entries(best.sorted());
  }

  /** What is wanted right now, in a category and below it where one is given. */
  trending(now: number, categoryId?: string): ListEntry[] {
    const { trends, items } = this.#index;
    const accepts = this.#accepting(categoryId);
    return this.#entries(
      trends.top(LIST_LENGTH, now, accepts, { atLeast: TREND_FLOOR, tieBreak: items.byId }),
    );
  }

  /** The trends of every category that has one, in one pass. */
  trendingByCategory(now: number): ReadonlyMap<string, ListEntry[]> {
    const { trends, items, catalogue, isSellable } = this.#index;
    const best = new Map<string, TopK>();
    for (const { item, score } of trends.entries(now, TREND_FLOOR)) {
      if (!isSellable(item)) continue;
      for (const category of catalogue.get(items.idOf(item))?.categoryPath ?? []) {
        const top = best.get(category) ?? new TopK(LIST_LENGTH, items.byId);
        best.set(category, top);
        top.offer(item, score);
      }
    }
    return new Map([...best].map(([category, top]) => [category, this.#entries(top.sorted())]));
  }

  /** All-time interest. */
  popular(categoryId?: string): ListEntry[] {
    const { popularity, items } = this.#index;
    return this.#entries(
      popularity.top(LIST_LENGTH, 0, this.#accepting(categoryId), { tieBreak: items.byId }),
    );
  }

  /** The newest products; the score is the time of creation in milliseconds. */
  newArrivals(categoryId?: string, limit = LIST_LENGTH): ListEntry[] {
    const { catalogue, items } = this.#index;
    const accepts = this.#accepting(categoryId);
    const best = new TopK(limit, items.byId);
    for (const { id, createdAt } of catalogue.products()) {
      const item = items.intern(id);
      if (accepts(item)) best.offer(item, createdAt);
    }
    return this.#entries(best.sorted());
  }

  /** The last 20 products of the session, the newest first. */
  viewed(sessionId: string): string[] {
    const items = this.#index.sessions.session(sessionId)?.items ?? [];
    return items
      .slice(-VIEWED_LENGTH)
      .map(({ item }) => this.#idOf(item))
      .reverse();
  }

  /** The last 50 products of the shopper; the score is the time in milliseconds. */
  history(userId: string): ListEntry[] {
    const items = this.#index.shoppers.items(userId);
    return items.map(({ item, at }) => ({ id: this.#idOf(item), score: at })).reverse();
  }

  /** What the shopper bought within the last 24 hours. */
  justBought(userId: string, now: number): ReadonlySet<string> {
    return new Set([...this.#index.shoppers.justBought(userId, now)].map((item) => this.#idOf(item)));
  }

  /** Of `among`, the product most like the given one; undefined when none is like it. */
  closest(productId: string, among: readonly string[]): string | undefined {
    const item = this.#index.items.intern(productId);
    const best = new TopK(1);
    among.forEach((id, place) => {
      const similarity = this.#index.content.similarity(item, this.#index.items.intern(id));
      if (similarity > 0) best.offer(place, similarity);
    });
    const [found] = best.sorted();
    return found === undefined ? undefined : among[found.item];
  }

  #forItems(
    items: readonly SessionItem[],
    query: {
      unit: string;
      own: string | undefined;
      now: number;
      limit: number;
      fill: number;
      queryItems?: number;
    },
  ): ScoredItem[] {
    if (items.length === 0) return [];
    const { isSellable } = this.#index;
    const { unit, fill, now, ...asked } = query;
    const algorithm = this.#index.algorithms[this.#algorithmOf(unit)];
    const voted = normalized(algorithm.recommend({ ...asked, items, accepts: isSellable }));
    return voted.length >= fill ? voted : [...voted, ...this.#likeLatest(items, voted, now)];
  }

  /** Products like the latest ones, scored below the worst of `better`. */
  #likeLatest(items: readonly SessionItem[], better: readonly ScoredItem[], now: number): ScoredItem[] {
    const known = new Set([...items, ...better].map(({ item }) => item));
    const accepts = (item: number) => !known.has(item) && this.#index.isSellable(item);
    const scores = new Map<number, number>();
    for (const [back, { item }] of items.slice(-FILL_FROM_LAST).reverse().entries()) {
      for (const like of this.#index.similarity.similar(item, now, FILL_PER_ITEM, accepts)) {
        scores.set(like.item, Math.max(scores.get(like.item) ?? 0, like.score / (1 + back)));
      }
    }
    const best = new TopK(LIST_LENGTH - better.length, this.#index.items.byId);
    const ceiling = FILL_WEIGHT * (better.at(-1)?.score ?? 1);
    for (const [item, score] of scores) best.offer(item, ceiling * score);
    return best.sorted();
  }

  /** How much of the weight of the items each leaf category has. */
  #categoryShares(items: readonly SessionItem[]): ReadonlyMap<string, number> {
    const total = items.reduce((sum, { weight }) => sum + weight, 0);
    const shares = new Map<string, number>();
    for (const { item, weight } of items) {
      const leaf = this.#leafOf(item);
      shares.set(leaf, (shares.get(leaf) ?? 0) + weight / total);
    }
    return shares;
  }

  #leafOf(item: number): string {
    return this.#index.catalogue.get(this.#idOf(item))?.categoryPath[0] ?? '';
  }

  #accepting(categoryId: string | undefined): (item: number) => boolean {
    const { isSellable, catalogue } = this.#index;
    if (categoryId === undefined) return isSellable;
    return (item) => {
      const product = catalogue.get(this.#idOf(item));
      return product !== undefined && isInCategory(product, categoryId) && isSellable(item);
    };
  }

  #idOf(item: number): string {
    return this.#index.items.idOf(item);
  }

  #entries(scored: readonly ScoredItem[]): ListEntry[] {
    return scored.map(({ item, score }) => ({ id: this.#idOf(item), score }));
  }
}

/** The same order with the best at 1. */
function normalized(scored: readonly ScoredItem[]): ScoredItem[] {
  const best = scored[0]?.score ?? 1;
  return scored.map(({ item, score }) => ({ item, score: score / best }));
}
