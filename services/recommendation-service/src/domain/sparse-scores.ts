import { roomFor } from './room-for.js';

/**
 * A vector of scores by item number, nearly all of them zero. Reused between queries: clearing costs only what was
 * touched. Not for nested use: a query must be done with it before the next one begins.
 */
export class SparseScores {
  #values = new Float64Array();
  #touched: number[] = [];

  /** The items that have been added to since the last clear; their scores must be positive. */
  get touched(): readonly number[] {
    return this.#touched;
  }

  add(item: number, amount: number): void {
    this.#values = roomFor(item, this.#values, 0);
    const before = this.#values[item] ?? 0;
    if (before === 0) this.#touched.push(item);
    this.#values[item] = before + amount;
  }

  get(item: number): number {
    return this.#values[item] ?? 0;
  }

  clear(): void {
    for (const item of this.#touched) this.#values[item] = 0;
    this.#touched = [];
  }
}
