import type { ContentIndex } from './content-index.js';
import type { DecayedCounters } from './decayed-counters.js';
import { decayed } from './interaction.js';
import type { SessionIndex } from './session-index.js';
import { SparseScores } from './sparse-scores.js';
import { type ScoredItem, type TieBreak, TopK } from './top-k.js';

/** Likeness by content alone reaches at most this: what shoppers do says more than what a product is called. */
const CONTENT_CEILING = 0.5;
/** So many decayed sessions of a pair make its evidence half believed. */
const HALF_BELIEVED = 1;
/** Candidates by content next to those by behaviour. */
const CONTENT_CANDIDATES = 200;

/** What the similarity is computed from. */
export interface SimilaritySources {
  readonly sessions: SessionIndex;
  readonly content: ContentIndex;
  /** Decayed number of sessions that hold an item, with the same half-life. */
  readonly sessionCounts: DecayedCounters;
  readonly halfLifeMs: number;
  readonly tieBreak?: TieBreak;
}

/**
 * Likeness of two products, 0..1. Co-view: the cosine of their sessions, where a session counts less the older it is,
 * believed by c / (c + 1) for c decayed sessions with both. Content: the cosine of the features, at half weight. The two
 * are joined as independent evidence (noisy or), so every active product has similar ones, seen together or not.
 */
export class ItemSimilarity {
  readonly #from: SimilaritySources;
  readonly #together = new SparseScores();

  constructor(sources: SimilaritySources) {
    this.#from = sources;
  }

  /** The products most like the item, itself left out. */
  similar(item: number, now: number, limit: number, accepts: (item: number) => boolean): ScoredItem[] {
    const coViewed = this.#coViewed(item, now);
    const best = new TopK(limit, this.#from.tieBreak);
    const offer = (other: number, content: number) => {
      const behaviour = coViewed.get(other) ?? 0;
      best.offer(other, 1 - (1 - behaviour) * (1 - CONTENT_CEILING * content));
    };
    const { content } = this.#from;
    const alike = new Set<number>();
    for (const { item: other, score } of content.similar(
      item,
      Math.max(limit, CONTENT_CANDIDATES),
      accepts,
    )) {
      alike.add(other);
      offer(other, score);
    }
    for (const other of coViewed.keys()) {
      if (!alike.has(other) && accepts(other)) offer(other, content.similarity(item, other));
    }
    return best.sorted();
  }

  /** Believed cosine by item. */
  #coViewed(item: number, now: number): ReadonlyMap<number, number> {
    const { sessions, sessionCounts, halfLifeMs } = this.#from;
    let own = 0;
    const posting = sessions.posting(item);
    for (let back = 0; posting !== undefined && back < posting.size; back += 1) {
      const slot = posting.at(back);
      const weight = decayed(1, now - sessions.lastAt(slot), halfLifeMs);
      own += weight;
      for (const other of sessions.itemsOf(slot)) {
        if (other !== item) this.#together.add(other, weight);
      }
    }
    const believed = new Map<number, number>();
    for (const other of this.#together.touched) {
      const together = this.#together.get(other);
      // The other's counter is as old as its first views, its sessions may be younger: a cosine stays below 1.
      const others = Math.max(together, sessionCounts.value(other, now));
      believed.set(other, (together / Math.sqrt(own * others)) * (together / (together + HALF_BELIEVED)));
    }
    this.#together.clear();
    return believed;
  }
}
