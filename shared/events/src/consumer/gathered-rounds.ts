import { AsyncLocalStorage } from 'node:async_hooks';
import { type GatheringLimits, GatheringPace } from '../retry/gathering-pace.js';

/** How much is taken at once, and how long it gathers. */
export interface RoundLimits extends GatheringLimits {
  /** Pieces that are taken without waiting for more; a single batch may have more. */
  readonly enough: number;
}

interface WaitingBatch<T> {
  readonly pieces: readonly T[];
  readonly ended: PromiseWithResolvers<void>;
  /** Runs something in the asynchronous context of whoever brought the batch. */
  readonly asBringer: ReturnType<typeof AsyncLocalStorage.snapshot>;
}

/**
 * Takes what several bring in rounds, one at a time, each with all that has come meanwhile. A batch that comes alone is
 * taken at once; those of a steady stream gather.
 */
export class GatheredRounds<T> {
  readonly #pace: GatheringPace;
  readonly #waiting: WaitingBatch<T>[] = [];
  #running = false;
  #nextAt = 0;

  constructor(
    private readonly take: (pieces: readonly T[]) => Promise<void>,
    private readonly limits: RoundLimits,
  ) {
    this.#pace = new GatheringPace(limits);
  }

  /**
   * Resolves once the batch has been taken.
   * @throws what `take` throws; of a round that failed, each batch is taken by itself, so that none fails for another
   */
  async add(pieces: readonly T[]): Promise<void> {
    const batch = { pieces, ended: Promise.withResolvers<void>(), asBringer: AsyncLocalStorage.snapshot() };
    this.#waiting.push(batch);
    if (!this.#running) void this.#run();
    await batch.ended.promise;
  }

  async #run(): Promise<void> {
    this.#running = true;
    while (this.#waiting.length > 0) {
      const early = this.#nextAt - performance.now();
      if (early > 0 && countOf(this.#waiting) < this.limits.enough) {
        await new Promise((resolve) => setTimeout(resolve, early));
      }
      const round = this.#waiting.splice(0, this.#lengthOfRound());
      const began = performance.now();
      await this.#takeTogether(round);
      this.#nextAt = began + this.#pace.after(round.length);
    }
    this.#running = false;
  }

  /** As many batches as are enough: one at least. */
  #lengthOfRound(): number {
    let count = 0;
    const beyond = this.#waiting.findIndex(({ pieces }, index) => {
      count += pieces.length;
      return index > 0 && count > this.limits.enough;
    });
    return beyond === -1 ? this.#waiting.length : beyond;
  }

  /** Never fails: each batch hears of its own end. */
  async #takeTogether(round: readonly WaitingBatch<T>[]): Promise<void> {
    const [first] = round;
    if (first === undefined) return;
    try {
      await first.asBringer(() => this.take(round.flatMap(({ pieces }) => pieces)));
    } catch (error) {
      if (round.length === 1) first.ended.reject(error);
      else for (const batch of round) await this.#takeTogether([batch]);
      return;
    }
    for (const { ended } of round) ended.resolve();
  }
}

function countOf(batches: readonly WaitingBatch<unknown>[]): number {
  return batches.reduce((sum, { pieces }) => sum + pieces.length, 0);
}
