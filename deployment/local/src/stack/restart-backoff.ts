const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;
const MOST_IN_A_ROW = 8;

/** A service that ran this long before it ended counts as having been well. */
const WELL_AFTER_MS = 30_000;

/**
 * How long to wait before a service that ended by itself is started again: a quarter of a second, doubling up to ten
 * seconds; after eight ends in a row, each within half a minute of its start, no more.
 */
export class RestartBackoff {
  #inARow = 0;

  /** @returns the pause in milliseconds, or undefined when it is time to give up */
  next(ranForMs: number): number | undefined {
    this.#inARow = ranForMs >= WELL_AFTER_MS ? 1 : this.#inARow + 1;
    if (this.#inARow > MOST_IN_A_ROW) {
      return undefined;
    }
    return Math.min(FIRST_PAUSE_MS * 2 ** (this.#inARow - 1), LONGEST_PAUSE_MS);
  }

  /** A person started it: earlier ends no longer count. */
  reset(): void {
    this.#inARow = 0;
  }
}
