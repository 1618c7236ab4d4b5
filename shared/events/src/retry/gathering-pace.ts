/** Shortest and longest time from one round that carried something to the next. */
export interface GatheringLimits {
  readonly shortestMs: number;
  readonly longestMs: number;
}

/**
 * How long a loop lets work gather before its next round, at a price a round. The time doubles while rounds carry
 * several pieces, and halves when one carries a single piece: little load is handled soon, much load cheaply.
 */
export class GatheringPace {
  #ms: number;

  constructor(private readonly limits: GatheringLimits) {
    this.#ms = limits.shortestMs;
  }

  /** Milliseconds from the beginning of a round that carried `size` pieces to the beginning of the next. */
  after(size: number): number {
    const { shortestMs, longestMs } = this.limits;
    this.#ms = size > 1 ? Math.min(longestMs, this.#ms * 2) : Math.max(shortestMs, this.#ms / 2);
    return this.#ms;
  }
}
