import { Injectable } from '@nestjs/common';
import type { ListEntry } from '../domain/fallback-chain.js';
import { RecommendationIndex } from '../domain/recommendation-index.js';
import { RecommendationLists } from '../domain/recommendation-lists.js';

/** Fills any answer but the longest. */
const LENGTH = 40;
/** Some half a kilobyte each. */
const MAX_SESSIONS = 20_000;

interface Kept {
  readonly items: Int32Array;
  readonly scores: Float64Array;
  /** Of the session when the list was made. */
  readonly recency: number;
}

/** The lists of sessions as they were computed last: an answer needs more of one than Redis keeps. */
@Injectable()
export class SessionLists {
  /** The one computed last stands last. */
  readonly #kept = new Map<string, Kept>();

  constructor(
    private readonly index: RecommendationIndex,
    private readonly lists: RecommendationLists,
  ) {}

  /** What suits the session with all that it has done. */
  current(sessionId: string, now: number): ListEntry[] {
    const kept = this.#kept.get(sessionId);
    const fresh = kept !== undefined && kept.recency === this.#recencyOf(sessionId);
    return fresh ? this.#entries(kept) : this.#compute(sessionId, now);
  }

  /** The same, or what was computed a moment ago while the session did something more; computed where there is none. */
  latest(sessionId: string, now: number): ListEntry[] {
    const kept = this.#kept.get(sessionId);
    return kept === undefined ? this.#compute(sessionId, now) : this.#entries(kept);
  }

  #compute(sessionId: string, now: number): ListEntry[] {
    const entries = this.lists.session(sessionId, now, LENGTH);
    this.#kept.delete(sessionId);
    this.#kept.set(sessionId, {
      items: Int32Array.from(entries, ({ id }) => this.index.items.intern(id)),
      scores: Float64Array.from(entries, ({ score }) => score),
      recency: this.#recencyOf(sessionId),
    });
    const [idle] = this.#kept.keys();
    if (this.#kept.size > MAX_SESSIONS && idle !== undefined) this.#kept.delete(idle);
    return entries;
  }

  #recencyOf(sessionId: string): number {
    const slot = this.index.sessions.slotOf(sessionId);
    return slot === undefined ? 0 : this.index.sessions.recency(slot);
  }

  #entries({ items, scores }: Kept): ListEntry[] {
    return Array.from(items, (item, place) => ({
      id: this.index.items.idOf(item),
      score: scores[place] ?? 0,
    }));
  }
}
