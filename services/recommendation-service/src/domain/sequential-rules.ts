import type { SessionIndex } from './session-index.js';
import { newestFirst, type SessionQuery, type SessionRecommender } from './session-recommender.js';
import { itemOf, weightOf } from './session-steps.js';
import { SparseScores } from './sparse-scores.js';
import { type ScoredItem, type TieBreak, TopK } from './top-k.js';

/** Settings of {@link SequentialRules}. */
export interface SequentialRulesOptions {
  /** Sessions that rules of one item are read off, the most recent ones. */
  readonly sessions: number;
  /** Latest items that rules start from. */
  readonly queryItems: number;
  /** What remains of a rule's say for each place back of the item it starts from. */
  readonly backWeight: number;
  /** Steps a rule reaches. */
  readonly reach: number;
  /** How much a step before the item says next to one after it. */
  readonly backwards: number;
}

export const SEQUENTIAL_RULES_DEFAULTS: SequentialRulesOptions = {
  sessions: 150,
  queryItems: 2,
  backWeight: 0.5,
  reach: 10,
  backwards: 1,
};

/**
 * What sessions went on with right after an item (Ludewig, Jannach: Evaluation of Session-based Recommendation
 * Algorithms, 2018: a step n places on counts 1/n), read off the item's most recent sessions when asked, so that there
 * is no table of pairs to keep. Steps before the item can count, too.
 */
export class SequentialRules implements SessionRecommender {
  readonly #index: SessionIndex;
  readonly #options: SequentialRulesOptions;
  readonly #tieBreak: TieBreak | undefined;
  readonly #scores = new SparseScores();
  /** The session that rules are being read off. */
  readonly #steps: Int32Array;

  constructor(index: SessionIndex, options: Partial<SequentialRulesOptions> = {}, tieBreak?: TieBreak) {
    this.#index = index;
    this.#options = { ...SEQUENTIAL_RULES_DEFAULTS, ...options };
    this.#tieBreak = tieBreak;
    this.#steps = new Int32Array(index.stepsAtMost);
  }

  recommend(query: SessionQuery): ScoredItem[] {
    this.score(query, this.#scores);
    const known = new Set(query.items.map(({ item }) => item));
    const best = new TopK(query.limit, this.#tieBreak);
    for (const item of this.#scores.touched) {
      const wanted = query.repeats === true || !known.has(item);
      if (wanted && query.accepts(item)) best.offer(item, this.#scores.get(item));
    }
    this.#scores.clear();
    return best.sorted();
  }

  /** Adds to each item what the rules say for it. */
  score(query: SessionQuery, into: SparseScores): void {
    const own = query.own === undefined ? undefined : this.#index.slotOf(query.own);
    const recent = newestFirst({ ...query, queryItems: this.#options.queryItems }, 0);
    for (const [back, { item }] of recent.entries()) {
      const posting = this.#index.posting(item);
      const weight = this.#options.backWeight ** back;
      const size = Math.min(posting?.size ?? 0, this.#options.sessions);
      for (let i = 0; posting !== undefined && i < size; i += 1) {
        const slot = posting.at(i);
        if (slot !== own) this.#apply(this.#index.records.readSteps(slot, this.#steps), item, weight, into);
      }
    }
  }

  /** Rules from every place where the steps hold the item; one ends where the item comes again. */
  #apply(length: number, from: number, weight: number, into: SparseScores): void {
    const { reach, backwards } = this.#options;
    const steps = this.#steps;
    for (let place = 0; place < length; place += 1) {
      if (itemOf(steps[place] ?? 0) !== from) continue;
      for (let far = 1; far <= reach; far += 1) {
        const next = steps[place + far] ?? 0;
        if (place + far >= length || itemOf(next) === from) break;
        into.add(itemOf(next), (weight * weightOf(next)) / far);
      }
      for (let far = 1; far <= reach && backwards > 0; far += 1) {
        const before = steps[place - far] ?? 0;
        if (place < far || itemOf(before) === from) break;
        into.add(itemOf(before), (weight * backwards * weightOf(before)) / far);
      }
    }
  }
}
