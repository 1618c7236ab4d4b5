import { Injectable } from '@nestjs/common';
import { type Product, ProductStatus } from '@vici/proto-gen/product';
import { Clock, Metrics, newId } from '@vici/utils';
import { isInCategory } from '../domain/catalogue.js';
import { type Candidate, fillFrom, type Strategy } from '../domain/fallback-chain.js';
import { reasonFor } from '../domain/reason.js';
import { RecommendationIndex } from '../domain/recommendation-index.js';
import { RecommendationLists } from '../domain/recommendation-lists.js';
import { Experiments } from './experiments.js';
import { ListArrangement } from './list-arrangement.js';
import { ShownProducts } from './shown-products.js';
import { type ListSubject, StrategyLists } from './strategy-lists.js';

/** What is asked for. */
export interface RecommendQuery extends ListSubject {
  readonly limit: number;
}

/** One product with why it is shown. */
export interface RecommendedItem {
  readonly product: Product;
  readonly score: number;
  readonly reason: string;
  readonly source: Strategy;
}

/** An answer; `id` names it in later clicks. */
export interface Recommendations {
  readonly id: string;
  readonly items: readonly RecommendedItem[];
  readonly source: Strategy | 'none';
}

/** Some of the candidates may be gone from the catalogue by now, or give way to others. */
const SPARE = 2;
/** Products a reason may name. */
const LATEST_VIEWED = 5;

/** Answers with products for one place in the shop, filled by the fallback chain. */
@Injectable()
export class Recommend {
  readonly #served;

  constructor(
    private readonly strategies: StrategyLists,
    private readonly index: RecommendationIndex,
    private readonly lists: RecommendationLists,
    private readonly products: ShownProducts,
    private readonly arrangement: ListArrangement,
    private readonly experiments: Experiments,
    private readonly clock: Clock,
    metrics: Metrics,
  ) {
    this.#served = metrics.counter('recommendation_served_total', 'Answers by placement and first source.', [
      'placement',
      'source',
    ]);
  }

  /** @throws DomainError SERVICE_UNAVAILABLE while product-service is away */
  async execute(query: RecommendQuery): Promise<Recommendations> {
    const now = this.clock.now().getTime();
    const lists = await this.strategies.of(query, now);
    const wanted = Math.ceil(query.limit * SPARE);
    const accepts = this.#acceptance(query, now);
    const candidates = fillFrom(lists, wanted, accepts);
    const arranged = await this.arrangement.arranged(candidates, { ...query, now }, accepts);
    const items = await this.#shown(arranged, query);
    const source = items[0]?.source ?? 'none';
    this.#served.inc({ placement: query.placement, source });
    return { id: this.experiments.idOfAnswer(newId(), query), items, source };
  }

  #acceptance({ userId, productId, categoryId }: RecommendQuery, now: number): (id: string) => boolean {
    const bought = userId === undefined ? new Set<string>() : this.lists.justBought(userId, now);
    return (id) => {
      if (id === productId || bought.has(id) || !this.index.catalogue.isSellable(id)) return false;
      const product = this.index.catalogue.get(id);
      return categoryId === undefined || (product !== undefined && isInCategory(product, categoryId));
    };
  }

  async #shown(candidates: readonly Candidate[], query: RecommendQuery): Promise<RecommendedItem[]> {
    if (candidates.length === 0) return [];
    const byId = await this.products.of(candidates.map(({ id }) => id));
    const viewed = this.#latestViewed(query);
    const items: RecommendedItem[] = [];
    for (const { id, score, source } of candidates) {
      const product = byId.get(id);
      if (product === undefined || !isForSale(product) || items.length >= query.limit) continue;
      items.push({ product, score, source, reason: this.#reason(id, source, query, viewed) });
    }
    const shown = items.map(({ product }) => product.id);
    this.strategies.noteShown(shown);
    this.arrangement.noteShown(query, shown);
    return items;
  }

  #latestViewed({ userId, sessionId }: RecommendQuery): readonly string[] {
    const inSession = sessionId === undefined ? [] : this.lists.viewed(sessionId);
    if (inSession.length > 0 || userId === undefined) return inSession.slice(0, LATEST_VIEWED);
    return this.lists
      .history(userId)
      .slice(0, LATEST_VIEWED)
      .map(({ id }) => id);
  }

  #reason(id: string, source: Strategy, { productId }: RecommendQuery, viewed: readonly string[]): string {
    const nameOf = (known: string | undefined) =>
      known === undefined ? undefined : this.index.catalogue.get(known)?.name;
    const forShopper = source === 'personalized' || source === 'session';
    return reasonFor(source, {
      product: nameOf(productId),
      viewed: forShopper ? nameOf(this.lists.closest(id, viewed) ?? viewed[0]) : undefined,
    });
  }
}

/** The last word of product-service, which may know more than the events that have arrived here. */
function isForSale({ status, stock }: Product): boolean {
  return status === ProductStatus.ACTIVE && stock > 0;
}
