import type { SessionIndex } from './session-index.js';
import { itemOf } from './session-steps.js';
import { SparseScores } from './sparse-scores.js';
import { type ScoredItem, type TieBreak, TopK } from './top-k.js';

/** Best candidates a walk starts from. */
const STARTS = 10;
/** Sessions looked at per start, the most recent ones. */
const SESSIONS = 50;
/** What a walk finds ranks below all that was found before it. */
const BELOW = 0.99;

/**
 * A step further where direct evidence is thin: what is seen with the best candidates, near to them, divided by how many
 * sessions say so. Products with few sessions get full lists by it.
 */
export class NeighbourhoodWalk {
  readonly #index: SessionIndex;
  readonly #tieBreak: TieBreak | undefined;
  readonly #found = new SparseScores();

  constructor(index: SessionIndex, tieBreak?: TieBreak) {
    this.#index = index;
    this.#tieBreak = tieBreak;
  }

  /** Adds to `scores` items that are not there yet and not `known`, each below the least of those that are. */
  extend(scores: SparseScores, known: ReadonlySet<number>): void {
    const before = new Set(scores.touched);
    const best = new TopK(STARTS, this.#tieBreak);
    let least = Number.POSITIVE_INFINITY;
    for (const item of before) {
      if (known.has(item)) continue;
      best.offer(item, scores.get(item));
      least = Math.min(least, scores.get(item));
    }
    for (const start of best.sorted()) this.#from(start, before, known);
    let most = 0;
    for (const item of this.#found.touched) most = Math.max(most, this.#found.get(item));
    for (const item of this.#found.touched) {
      scores.add(item, (this.#found.get(item) / most) * least * BELOW);
    }
    this.#found.clear();
  }

  #from({ item: start, score }: ScoredItem, before: ReadonlySet<number>, known: ReadonlySet<number>): void {
    const posting = this.#index.posting(start);
    if (posting === undefined) return;
    const share = score / posting.size;
    for (let back = 0; back < Math.min(SESSIONS, posting.size); back += 1) {
      const steps = this.#index.steps(posting.at(back));
      const at = steps.findIndex((step) => itemOf(step) === start);
      for (const [place, step] of steps.entries()) {
        const item = itemOf(step);
        if (item === start || before.has(item) || known.has(item)) continue;
        this.#found.add(item, share / Math.abs(place - at));
      }
    }
  }
}
