import type { DecayedCounters } from './decayed-counters.js';
import type { SessionQuery, SessionRecommender } from './session-recommender.js';
import type { ScoredItem, TieBreak } from './top-k.js';

/** Best items kept, and how much may be counted, as a share of all, before they are looked up again. */
const KEPT = 1_000;
const STALE_SHARE = 0.01;

/** What the whole shop likes best, whatever the session holds: the least a recommender must beat. */
export class PopularItems implements SessionRecommender {
  readonly #popularity: DecayedCounters;
  readonly #tieBreak: TieBreak;
  #best: readonly ScoredItem[] = [];
  #asOf = 0;

  constructor(popularity: DecayedCounters, tieBreak: TieBreak) {
    this.#popularity = popularity;
    this.#tieBreak = tieBreak;
  }

  recommend({ items, limit, repeats, accepts }: SessionQuery): ScoredItem[] {
    const known = new Set(repeats === true ? [] : items.map(({ item }) => item));
    const found: ScoredItem[] = [];
    for (const scored of this.#kept()) {
      if (found.length >= limit) break;
      if (!known.has(scored.item) && accepts(scored.item)) found.push(scored);
    }
    return found;
  }

  #kept(): readonly ScoredItem[] {
    const { additions } = this.#popularity;
    if (additions - this.#asOf > STALE_SHARE * this.#asOf) {
      this.#best = this.#popularity.top(KEPT, 0, () => true, { tieBreak: this.#tieBreak });
      this.#asOf = additions;
    }
    return this.#best;
  }
}
