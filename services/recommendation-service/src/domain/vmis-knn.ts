import type { SessionIndex } from './session-index.js';
import { newestFirst, type SessionQuery, type SessionRecommender } from './session-recommender.js';
import type { SessionItem } from './session-steps.js';
import { SparseScores } from './sparse-scores.js';
import { type ScoredItem, type TieBreak, TopK } from './top-k.js';

/** Settings of {@link VmisKnn}. */
export interface VmisOptions {
  /** Candidate sessions, the most recent ones (m); not more than the index keeps per item. */
  readonly candidates: number;
  /** Neighbours that vote (k). */
  readonly neighbours: number;
  /** Items of the current session that are looked at, the most recent ones. */
  readonly queryItems: number;
}

export const VMIS_DEFAULTS: VmisOptions = { candidates: 500, neighbours: 50, queryItems: 2 };

/** What a neighbour's vote loses for each place back of the latest item it shares. */
const MATCH_LOSS = 0.1;

/**
 * VMIS-kNN as published (Kersbergen, Sprangers, Schelter: Serenade, SIGMOD 2022), on the index that all algorithms here
 * share. From the newest item of the session to the oldest, its posting list is read from the newest session on: at most
 * m candidates are kept, a heap of their ages gives up the oldest one for a younger, and reading a list stops at the first
 * session that is older than all of them. The k with the largest sums of position weights vote, by how far back the
 * latest shared item lies, for their items, by the logarithm of the items' rarity. The current item is left out.
 */
export class VmisKnn implements SessionRecommender {
  readonly #index: SessionIndex;
  readonly #options: VmisOptions;
  readonly #tieBreak: TieBreak | undefined;
  readonly #scores = new SparseScores();

  constructor(index: SessionIndex, options: Partial<VmisOptions> = {}, tieBreak?: TieBreak) {
    this.#index = index;
    this.#options = { ...VMIS_DEFAULTS, ...options };
    this.#tieBreak = tieBreak;
  }

  recommend(query: SessionQuery): ScoredItem[] {
    const recent = newestFirst(query, this.#options.queryItems);
    for (const { item: slot, score } of this.#neighbours(recent, query.own)) {
      const items = this.#index.itemsOf(slot);
      const back = recent.findIndex(({ item }) => items.includes(item));
      const vote = score * (1 - MATCH_LOSS * (back + 1));
      if (vote <= 0) continue;
      for (const item of items) this.#scores.add(item, vote * this.#index.rarity(item));
    }
    return this.#best(query);
  }

  #best({ items, limit, repeats, accepts }: SessionQuery): ScoredItem[] {
    const leftOut = new Set((repeats === true ? items.slice(-1) : items).map(({ item }) => item));
    const best = new TopK(limit, this.#tieBreak);
    for (const item of this.#scores.touched) {
      if (!leftOut.has(item) && accepts(item)) best.offer(item, this.#scores.get(item));
    }
    this.#scores.clear();
    return best.sorted();
  }

  #neighbours(recent: readonly SessionItem[], own: string | undefined): ScoredItem[] {
    const recency = (slot: number) => this.#index.recency(slot);
    const similarity = this.#candidates(recent, own === undefined ? undefined : this.#index.slotOf(own));
    const best = new TopK(this.#options.neighbours, (a, b) => recency(b) - recency(a));
    for (const [slot, score] of similarity) best.offer(slot, score);
    return best.sorted();
  }

  /** Similarity by slot of the m most recent sessions that share an item. */
  #candidates(recent: readonly SessionItem[], own: number | undefined): ReadonlyMap<number, number> {
    const similarity = new Map<number, number>();
    const youngest = new TopK(this.#options.candidates);
    for (const [back, { item, weight }] of recent.entries()) {
      const say = (weight * (recent.length - back)) / recent.length;
      const posting = this.#index.posting(item);
      for (let i = 0; posting !== undefined && i < posting.size; i += 1) {
        const slot = posting.at(i);
        const before = similarity.get(slot);
        if (before !== undefined) {
          similarity.set(slot, before + say);
          continue;
        }
        if (slot === own) continue;
        const dropped = youngest.exchange(slot, this.#index.recency(slot));
        if (dropped === slot) break;
        if (dropped !== undefined) similarity.delete(dropped);
        similarity.set(slot, say);
      }
    }
    return similarity;
  }
}
