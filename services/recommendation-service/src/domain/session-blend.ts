import { NeighbourhoodWalk } from './neighbourhood-walk.js';
import { SequentialRules, type SequentialRulesOptions } from './sequential-rules.js';
import type { SessionIndex } from './session-index.js';
import type { SessionQuery, SessionRecommender } from './session-recommender.js';
import { SparseScores } from './sparse-scores.js';
import { type ScoredItem, type TieBreak, TopK } from './top-k.js';
import { VstanKnn, type VstanOptions } from './vstan-knn.js';

/** Settings of the {@link SessionBlend}. */
export interface SessionBlendOptions extends Partial<VstanOptions> {
  /** Share of the sequential rules in a score, 0..1; the rest is the neighbours'. */
  readonly rulesShare?: number;
  /** How loud the habit of going back speaks next to all new products, which together speak with 1. */
  readonly repeatWeight?: number;
  readonly rules?: Partial<SequentialRulesOptions>;
}

export const BLEND_DEFAULTS = { rulesShare: 0.25, repeatWeight: 5 };

/**
 * The recommender that ships: neighbours' votes and sequential rules, each brought to a sum of one over the products
 * that are new to the session, mixed; a walk through the neighbourhood where both know fewer than are asked for; and,
 * where repeats are wanted, the products of the session by the shop's own habits of going back.
 */
export class SessionBlend implements SessionRecommender {
  readonly #index: SessionIndex;
  readonly #knn: VstanKnn;
  readonly #rules: SequentialRules;
  readonly #walk: NeighbourhoodWalk;
  readonly #tieBreak: TieBreak | undefined;
  readonly #rulesShare: number;
  readonly #repeatWeight: number;
  readonly #part = new SparseScores();
  readonly #total = new SparseScores();

  constructor(index: SessionIndex, options: SessionBlendOptions = {}, tieBreak?: TieBreak) {
    const { rulesShare, repeatWeight, rules, ...vstan } = options;
    this.#index = index;
    this.#knn = new VstanKnn(index, vstan);
    this.#rules = new SequentialRules(index, rules, tieBreak);
    this.#walk = new NeighbourhoodWalk(index, tieBreak);
    this.#tieBreak = tieBreak;
    this.#rulesShare = rulesShare ?? BLEND_DEFAULTS.rulesShare;
    this.#repeatWeight = repeatWeight ?? BLEND_DEFAULTS.repeatWeight;
  }

  recommend(query: SessionQuery): ScoredItem[] {
    const known = new Set(query.items.map(({ item }) => item));
    this.#knn.score(query, this.#part);
    this.#mix(1 - this.#rulesShare, known);
    this.#rules.score(query, this.#part);
    this.#mix(this.#rulesShare, known);
    if (this.#total.touched.length < query.limit) this.#walk.extend(this.#total, known);
    const best = new TopK(query.limit, this.#tieBreak);
    for (const item of this.#total.touched) {
      const score = this.#total.get(item);
      if (score >= best.floor && query.accepts(item)) best.offer(item, score);
    }
    this.#total.clear();
    if (query.repeats === true) this.#offerRepeats(query, best);
    return best.sorted();
  }

  /** Adds the part, brought to the sum `share`, to the total. */
  #mix(share: number, known: ReadonlySet<number>): void {
    for (const item of known) this.#part.drop(item);
    const { touched } = this.#part;
    let sum = 0;
    for (const item of touched) sum += this.#part.get(item);
    for (const item of touched) {
      const score = this.#part.get(item);
      if (score > 0) this.#total.add(item, (share * score) / sum);
    }
    this.#part.clear();
  }

  #offerRepeats({ items, accepts }: SessionQuery, best: TopK): void {
    for (const [place, { item }] of items.entries()) {
      const likelihood = this.#index.habits.likelihood(items.length - 1 - place);
      if (accepts(item)) best.offer(item, this.#repeatWeight * likelihood);
    }
  }
}
