import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, currentContext, DomainError, Metrics } from '@vici/utils';
import type { ProductConfig } from '../product.config.js';

/** Of the database connections; the others are for who looks at products and lists meanwhile. */
const SHARE_OF_CONNECTIONS = 0.6;
/** For each that runs so many may wait: they take some tenths of a second, which is what a shopper waits for. */
const WAITING_FOR_EACH = 10;

/**
 * Lets only so many searches run at once and only so many wait: a burst of them degrades to quick refusals instead of a
 * queue in which everybody's deadline passes.
 */
@Injectable()
export class SearchTurns {
  readonly #mostRunning: number;
  readonly #waiting: (() => void)[] = [];
  readonly #countRefused: () => void;
  #running = 0;

  constructor(@Inject(CONFIG) config: Pick<ProductConfig, 'DATABASE_POOL_MAX'>, metrics: Metrics) {
    this.#mostRunning = Math.max(1, Math.floor(SHARE_OF_CONNECTIONS * config.DATABASE_POOL_MAX));
    const searches = metrics.gauge('product_searches', 'Searches by state', ['state'], () => {
      searches.set({ state: 'running' }, this.#running);
      searches.set({ state: 'waiting' }, this.#waiting.length);
    });
    const refused = metrics.counter(
      'product_searches_refused_total',
      'Searches refused because too many were waiting',
    );
    this.#countRefused = () => {
      refused.inc();
    };
  }

  /**
   * Runs the search when it is its turn.
   * @throws DomainError SERVICE_UNAVAILABLE when too many wait, DEADLINE_EXCEEDED when nobody waits for it any more
   */
  async take<T>(search: () => Promise<T>): Promise<T> {
    await this.#turn();
    try {
      if (isGivenUp()) throw new DomainError('DEADLINE_EXCEEDED', 'The search had to wait for too long.');
      return await search();
    } finally {
      this.#pass();
    }
  }

  async #turn(): Promise<void> {
    if (this.#running < this.#mostRunning) {
      this.#running += 1;
      return;
    }
    if (this.#waiting.length >= WAITING_FOR_EACH * this.#mostRunning) {
      this.#countRefused();
      throw new DomainError('SERVICE_UNAVAILABLE', 'Too many searches are under way. Try again shortly.');
    }
    await new Promise<void>((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  /** Who waits takes the turn over as it is, so nobody who comes meanwhile gets in before. */
  #pass(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#running -= 1;
    else next();
  }
}

function isGivenUp(): boolean {
  const { deadline, signal } = currentContext() ?? {};
  return signal?.aborted === true || (deadline !== undefined && deadline <= Date.now());
}
