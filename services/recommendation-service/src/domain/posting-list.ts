const FIRST_CAPACITY = 4;

/** The most recent numbers (of sessions or baskets) that hold one item: a ring of at most `limit`, oldest overwritten. */
export class PostingList {
  readonly #limit: number;
  #ring: Int32Array;
  #next = 0;
  #size = 0;

  constructor(limit: number) {
    this.#limit = limit;
    this.#ring = new Int32Array(Math.min(FIRST_CAPACITY, limit));
  }

  get size(): number {
    return this.#size;
  }

  /** All of them, in no order: the first {@link size} places. By place, as it is read more than anything else. */
  get numbers(): Int32Array {
    return this.#ring;
  }

  push(number: number): void {
    if (this.#size === this.#ring.length && this.#size < this.#limit) this.#grow();
    this.#ring[this.#next] = number;
    this.#next = (this.#next + 1) % this.#ring.length;
    this.#size = Math.min(this.#size + 1, this.#ring.length);
  }

  /** A list that holds the numbers, the oldest first. */
  static of(limit: number, numbers: readonly number[]): PostingList {
    const list = new PostingList(limit);
    for (const number of numbers) list.push(number);
    return list;
  }

  /** All of them, the oldest first. */
  *oldestFirst(): Generator<number> {
    for (let back = this.#size - 1; back >= 0; back -= 1) yield this.at(back);
  }

  /** The entry `back` places before the newest, which is 0; -1 beyond the oldest. */
  at(back: number): number {
    if (back >= this.#size) return -1;
    const place = this.#next - 1 - back;
    return this.#ring[place < 0 ? place + this.#ring.length : place] ?? -1;
  }

  /** Takes the number out; false when it is not, or no longer, in the ring. */
  remove(number: number): boolean {
    const kept: number[] = [];
    for (let back = this.#size - 1; back >= 0; back -= 1) {
      const held = this.at(back);
      if (held !== number) kept.push(held);
    }
    if (kept.length === this.#size) return false;
    this.#ring.set(kept);
    this.#size = kept.length;
    this.#next = kept.length % this.#ring.length;
    return true;
  }

  /** Unrolls the ring into a larger one. */
  #grow(): void {
    const grown = new Int32Array(Math.min(this.#limit, this.#ring.length * 2));
    for (let back = 0; back < this.#size; back += 1) grown[this.#size - 1 - back] = this.at(back);
    this.#ring = grown;
    this.#next = this.#size % grown.length;
  }
}
