import type { SessionIndex } from './session-index.js';
import type { SessionQuery, SessionRecommender } from './session-recommender.js';
import { SparseScores } from './sparse-scores.js';
import { type ScoredItem, type TieBreak, TopK } from './top-k.js';

/** Neighbours in the list of one item. */
const LIST_LENGTH = 100;

/**
 * Summed item-to-item lists: each item of the session brings the list of items most like it, by the cosine of their
 * sessions, and the lists are added up. The usual way without sessions; here to compare with.
 */
export class ItemLists implements SessionRecommender {
  readonly #index: SessionIndex;
  readonly #tieBreak: TieBreak | undefined;
  readonly #together = new SparseScores();
  readonly #scores = new SparseScores();

  constructor(index: SessionIndex, tieBreak?: TieBreak) {
    this.#index = index;
    this.#tieBreak = tieBreak;
  }

  recommend({ items, limit, repeats, accepts }: SessionQuery): ScoredItem[] {
    for (const { item, weight } of items) {
      for (const { item: other, score } of this.#list(item)) this.#scores.add(other, weight * score);
    }
    const known = new Set(items.map(({ item }) => item));
    const best = new TopK(limit, this.#tieBreak);
    for (const item of this.#scores.touched) {
      const wanted = repeats === true || !known.has(item);
      if (wanted && accepts(item)) best.offer(item, this.#scores.get(item));
    }
    this.#scores.clear();
    return best.sorted();
  }

  #list(item: number): ScoredItem[] {
    const posting = this.#index.posting(item);
    for (let back = 0; posting !== undefined && back < posting.size; back += 1) {
      for (const other of this.#index.itemsOf(posting.at(back))) {
        if (other !== item) this.#together.add(other, 1);
      }
    }
    const best = new TopK(LIST_LENGTH, this.#tieBreak);
    const own = this.#index.holders(item);
    for (const other of this.#together.touched) {
      best.offer(other, this.#together.get(other) / Math.sqrt(own * this.#index.holders(other)));
    }
    this.#together.clear();
    return best.sorted();
  }
}
