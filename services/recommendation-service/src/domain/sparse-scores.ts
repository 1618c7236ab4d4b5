const FIRST_CAPACITY = 1024;

/**
 * A vector of scores by item number, nearly all of them zero. Reused between queries: clearing costs only what was
 * touched. Not for nested use: a query must be done with it before the next one begins.
 */
export class SparseScores {
  #values = new Float64Array(FIRST_CAPACITY);
  #touched: number[] = [];

  /** The items that have been added to since the last clear; their scores must be positive. */
  get touched(): readonly number[] {
    return this.#touched;
  }

  add(item: number, amount: number): void {
    if (item >= this.#values.length) this.#grow(item);
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

  #grow(item: number): void {
    const grown = new Float64Array(2 ** Math.ceil(Math.log2(item + 2)));
    grown.set(this.#values);
    this.#values = grown;
  }
}
