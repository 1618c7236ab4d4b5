import type { Metrics } from '@vici/utils';
import type { Counter } from 'prom-client';
import type { CatalogueAnswer, Load } from './catalogue-answer.js';
import type { RecentChanges } from './recent-changes.js';
import type { Claim, SharedAnswersStore } from './shared-answers.store.js';

/** An answer and when its making began, in epoch milliseconds. */
export interface MadeAnswer {
  readonly found: CatalogueAnswer;
  readonly madeAt: number;
}

/** How old an answer from Redis may be, and how long one is kept there. In milliseconds. */
export interface Ages {
  readonly freshMs: number;
  readonly keptMs: number;
}

/** How often, and how long in all, a gateway looks whether another one has made the answer. In milliseconds. */
const LOOK_EVERY_MS = 20;
const PATIENCE_MS = 300;

/**
 * Where an answer comes from that this process does not have: from Redis, where another gateway has made it or is about
 * to, else from its load. Without Redis every gateway loads for itself.
 */
export class AnswerSource {
  private readonly outcomes: Counter<string>;

  /** @param store undefined where nothing is kept */
  constructor(
    private readonly store: SharedAnswersStore | undefined,
    private readonly changes: RecentChanges,
    private readonly ages: Ages,
    metrics: Metrics,
  ) {
    this.outcomes = metrics.counter(
      'gateway_catalogue_answers_total',
      'Catalogue answers this process had to get: from Redis, or made.',
      ['from'],
    );
  }

  async obtain(key: string, load: Load): Promise<MadeAnswer> {
    const shared = await this.fromRedis(key);
    if (shared !== undefined) {
      this.outcomes.inc({ from: 'redis' });
      return shared;
    }
    const madeAt = Date.now();
    try {
      const found = await load();
      this.outcomes.inc({ from: 'service' });
      const isSettled = this.changes.isSettled(madeAt, found.shows);
      this.share(key, isSettled ? found : undefined, madeAt + this.ages.keptMs - Date.now());
      return { found, madeAt };
    } catch (error) {
      this.share(key, undefined, 0);
      throw error;
    }
  }

  /** Nobody waits for it: where Redis does not take it, the next gateway loads for itself. */
  private share(key: string, found: CatalogueAnswer | undefined, leftMs: number): void {
    const shared = found === undefined ? this.store?.release(key) : this.store?.keep(key, found, leftMs);
    shared?.catch(() => this.outcomes.inc({ from: 'unshared' }));
  }

  /** Undefined when this gateway has to make the answer itself. */
  private async fromRedis(key: string): Promise<MadeAnswer | undefined> {
    const endsAt = Date.now() + PATIENCE_MS;
    while (this.store !== undefined && Date.now() < endsAt) {
      const claim = await this.claim(this.store, key);
      if (claim === 'mine') {
        return undefined;
      }
      if (claim !== 'taken') {
        const madeAt = Date.now() - (this.ages.keptMs - claim.leftMs);
        // What a gateway kept that had not heard of the change yet is of no use.
        return this.changes.isSettled(madeAt, claim.found.shows) ? { found: claim.found, madeAt } : undefined;
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
    return undefined;
  }

  private async claim(store: SharedAnswersStore, key: string): Promise<Claim> {
    try {
      return await store.claim(key, this.ages.keptMs - this.ages.freshMs);
    } catch {
      this.outcomes.inc({ from: 'no_redis' });
      return 'mine';
    }
  }
}
