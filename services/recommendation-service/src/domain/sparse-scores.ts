import { roomFor } from './room-for.js';

const FIRST_CAPACITY = 1024;

/**
 * A vector of scores by item number, nearly all of them zero. Reused between queries: clearing costs only what was
 * touched. Not for nested use: a query must be done with it before the next one begins.
 */
export class SparseScores {
  #values = new Float64Array();
  /** The first {@link #count} are the items that have been added to. */
  #touched = new Int32Array(FIRST_CAPACITY);
  #count = 0;

  /** The items that have been added to, for use until the next change; what is added must be positive. */
  get touched(): Int32Array {
    return this.#touched.subarray(0, this.#count);
  }

  add(item: number, amount: number): void {
    if (item >= this.#values.length) this.#values = roomFor(item, this.#values, 0);
    const before = this.#values[item] ?? 0;
    if (before === 0) this.#touch(item);
    this.#values[item] = before + amount;
  }

  get(item: number): number {
    return this.#values[item] ?? 0;
  }

  /** Takes back all that was added to the item, which stays among the touched ones with a score of 0. */
  drop(item: number): void {
    if (item < this.#values.length) this.#values[item] = 0;
  }

  clear(): void {
    for (let place = 0; place < this.#count; place += 1) this.#values[this.#touched[place] ?? 0] = 0;
    this.#count = 0;
  }

  #touch(item: number): void {
    if (this.#count === this.#touched.length) {
      const grown = new Int32Array(2 * this.#count);
      grown.set(this.#touched);
      this.#touched = grown;
    }
    this.#touched[this.#count] = item;
    this.#count += 1;
  }
}
