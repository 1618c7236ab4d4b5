import { createEvent } from '@vici/events';
import {
  interactionOf,
  RecommendationIndex,
  type RecommendationIndexOptions,
  type SessionItem,
  type SessionRecommender,
} from '@vici/recommendation-service/algorithms';
import { productId } from './product-id.ts';
import type { Session, SessionData } from './session-data.ts';

/** What counts and what is known when it is predicted. */
export const PROTOCOLS = ['static', 'online', 'novel'] as const;
export type Protocol = (typeof PROTOCOLS)[number];

export interface Evaluation {
  readonly protocol: Protocol;
  /** A prediction is asked for from so many revealed items on. */
  readonly minPrefix: number;
  /** Every so many-th test session is asked about; 1: all. */
  readonly every?: number;
}

/** What one algorithm came to. */
export interface Score {
  readonly algorithm: string;
  readonly predictions: number;
  readonly hitRate: number;
  readonly reciprocalRank: number;
  readonly milliseconds: number;
  /** Milliseconds that one of a hundred predictions takes longer than. */
  readonly p99: number;
}

const LIST = 20;
const anything = () => true;

/** An index that has learned from the sessions as the service does: event by event, through the service's own mapping. */
export function learnedIndex(
  train: readonly Session[],
  options: RecommendationIndexOptions = {},
): RecommendationIndex {
  const index = new RecommendationIndex({ maxUnknownProducts: Number.POSITIVE_INFINITY, ...options });
  for (const [place, session] of train.entries()) learn(index, session, `train-${place}`);
  return index;
}

function learn(index: RecommendationIndex, { items, endedAt }: Session, sessionId: string): void {
  for (const [place, item] of items.entries()) {
    const timestamp = Math.round(endedAt) - items.length + 1 + place;
    const data = { sessionId, eventType: 'product_view' as const, productId: productId(item), timestamp };
    index.apply(interactionOf(createEvent('product_view', { subject: sessionId, data })));
  }
}

/**
 * Reveals each test session one item at a time and asks every algorithm for the next one (the protocol of session-rec).
 * An item that the training never held is a miss. Online, a session is learned from when it has been asked about; novel,
 * what the session already holds is neither asked for nor recommended.
 */
export function evaluate(
  index: RecommendationIndex,
  algorithms: Readonly<Record<string, SessionRecommender>>,
  test: SessionData['test'],
  { protocol, minPrefix, every = 1 }: Evaluation,
): Score[] {
  const tallies = Object.entries(algorithms).map(([name, algorithm]) => new Tally(name, algorithm));
  for (const [place, session] of test.entries()) {
    if (place % every === 0) ask(index, tallies, session.items, { protocol, minPrefix });
    if (protocol === 'online') learn(index, session, `test-${place}`);
  }
  return tallies.map((tally) => tally.score());
}

function ask(
  index: RecommendationIndex,
  tallies: readonly Tally[],
  revealed: readonly string[],
  { protocol, minPrefix }: Evaluation,
): void {
  const novel = protocol === 'novel';
  const session = new Map<number, SessionItem>();
  for (const [place, name] of revealed.entries()) {
    const target = index.items.intern(productId(name));
    if (place >= minPrefix && !(novel && session.has(target))) {
      const items = [...session.values()];
      for (const tally of tallies) tally.ask(items, target, !novel);
    }
    session.delete(target);
    session.set(target, { item: target, weight: 1, at: place });
  }
}

class Tally {
  readonly #name: string;
  readonly #algorithm: SessionRecommender;
  readonly #times: number[] = [];
  #hits = 0;
  #reciprocals = 0;

  constructor(name: string, algorithm: SessionRecommender) {
    this.#name = name;
    this.#algorithm = algorithm;
  }

  ask(items: readonly SessionItem[], target: number, repeats: boolean): void {
    const started = performance.now();
    const list = this.#algorithm.recommend({ items, limit: LIST, repeats, accepts: anything });
    this.#times.push(performance.now() - started);
    const rank = list.findIndex(({ item }) => item === target);
    if (rank < 0) return;
    this.#hits += 1;
    this.#reciprocals += 1 / (rank + 1);
  }

  score(): Score {
    const predictions = this.#times.length;
    const sorted = Float64Array.from(this.#times).sort();
    return {
      algorithm: this.#name,
      predictions,
      hitRate: this.#hits / predictions,
      reciprocalRank: this.#reciprocals / predictions,
      milliseconds: sorted.reduce((sum, time) => sum + time, 0),
      p99: sorted[Math.floor(predictions * 0.99)] ?? 0,
    };
  }
}
