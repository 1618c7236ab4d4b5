import type { SessionIndex } from './session-index.js';
import { TopK } from './top-k.js';

/** A session and how much it resembles the current one. */
export interface Neighbour {
  readonly slot: number;
  readonly vote: number;
}

/** Counts votes for sessions and gives the k with the most; of equal ones the more recent. */
export class SessionVotes {
  readonly #index: SessionIndex;
  #candidates: number[] = [];

  constructor(index: SessionIndex) {
    this.#index = index;
  }

  /** Votes for every session that holds the item, except `own`. */
  voteFor(item: number, vote: number, own: number | undefined): void {
    const posting = this.#index.posting(item);
    if (posting === undefined || vote === 0) return;
    const { records } = this.#index;
    const { numbers, size } = posting;
    for (let place = 0; place < size; place += 1) {
      const slot = numbers[place] ?? 0;
      if (slot === own) continue;
      const before = records.votes(slot);
      if (before === 0) this.#candidates.push(slot);
      records.setVotes(slot, before + vote);
    }
  }

  /**
   * The winners, best first, by their votes times what `weigh` gives the session, which is `most` at most; the votes are
   * cleared. Sessions without a chance are passed over by their votes alone, unseen.
   */
  elect(k: number, most: number, weigh: (slot: number) => number): Neighbour[] {
    const best = new TopK(k, (a, b) => this.#index.recency(b) - this.#index.recency(a));
    const { records } = this.#index;
    for (const slot of this.#candidates) {
      const votes = records.votes(slot);
      records.setVotes(slot, 0);
      if (votes * most >= best.floor) best.offer(slot, votes * weigh(slot));
    }
    this.#candidates = [];
    return best.sorted().map(({ item, score }) => ({ slot: item, vote: score }));
  }
}
