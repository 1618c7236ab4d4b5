import type { SessionItem } from './session-steps.js';
import type { ScoredItem } from './top-k.js';

/** What is asked about a session. */
export interface SessionQuery {
  /** The distinct items of the current session, the latest last. */
  readonly items: readonly SessionItem[];
  /** Id of the current session, which is not its own neighbour. */
  readonly own?: string | undefined;
  readonly limit: number;
  /** How many of the latest items are looked at, where it is not the algorithm's own number. */
  readonly queryItems?: number;
  /** Whether what the session holds may be recommended again; never, where it is not said. */
  readonly repeats?: boolean;
  readonly accepts: (item: number) => boolean;
}

/** An algorithm that tells from what a session holds what it goes on with, best first. */
export interface SessionRecommender {
  recommend(query: SessionQuery): ScoredItem[];
}

/** The latest items of the query, the newest first. */
export function newestFirst({ items, queryItems }: SessionQuery, most: number): readonly SessionItem[] {
  return items.slice(-(queryItems ?? most)).reverse();
}
