import type { SessionIndex } from './session-index.js';
import { type ScoredItem, TopK } from './top-k.js';

const FIRST_CAPACITY = 1024;

/** Counts votes for sessions and gives the k with the most; of equal ones the more recent. */
export class SessionVotes {
  readonly #index: SessionIndex;
  /** The first {@link #count} are the slots that have votes. */
  #candidates = new Int32Array(FIRST_CAPACITY);
  #count = 0;

  constructor(index: SessionIndex) {
    this.#index = index;
  }

  /** Votes for every session that holds the item, except `own`. */
  voteFor(item: number, vote: number, own: number | undefined): void {
    const posting = this.#index.posting(item);
    if (posting === undefined || vote === 0) return;
    const { records } = this.#index;
    const { numbers, size } = posting;
    const candidates = this.#roomFor(size);
    let count = this.#count;
    // As little as possible at each turn: so the processor asks memory for many sessions at once.
    for (let place = 0; place < size; place += 1) {
      const slot = numbers[place] ?? 0;
      if (slot === own) continue;
      candidates[count] = slot;
      if (records.vote(slot, vote) === 0) count += 1;
    }
    this.#count = count;
  }

  /**
   * The winners' slots, best first, by their votes times what `weigh` gives the session, which is `most` at most; the votes
   * are cleared. Sessions without a chance are passed over, unweighed.
   */
  elect(k: number, most: (slot: number) => number, weigh: (slot: number) => number): ScoredItem[] {
    const { records } = this.#index;
    const best = new TopK(k, (a, b) => records.changed(b) - records.changed(a));
    for (let place = 0; place < this.#count; place += 1) {
      const slot = this.#candidates[place] ?? 0;
      const votes = records.takeVotes(slot);
      if (votes * most(slot) >= best.floor) best.offer(slot, votes * weigh(slot));
    }
    this.#count = 0;
    return best.sorted();
  }

  /** The candidates, with room for so many more. */
  #roomFor(more: number): Int32Array {
    const needed = this.#count + more;
    if (needed > this.#candidates.length) {
      const grown = new Int32Array(2 * needed);
      grown.set(this.#candidates);
      this.#candidates = grown;
    }
    return this.#candidates;
  }
}
