/** An item (its number in the {@link ItemRegistry}) with what speaks for it. */
export interface ScoredItem {
  readonly item: number;
  readonly score: number;
}

/** Orders items of equal score: negative when `a` comes first. */
export type TieBreak = (a: number, b: number) => number;

const byNumber: TieBreak = (a, b) => a - b;

/** Keeps the k best of what it is offered, in a binary heap whose root is the worst one kept: O(log k) an offer. */
export class TopK {
  readonly #k: number;
  readonly #tieBreak: TieBreak;
  readonly #heap: ScoredItem[] = [];

  constructor(k: number, tieBreak: TieBreak = byNumber) {
    this.#k = k;
    this.#tieBreak = tieBreak;
  }

  /** What is scored below this is not kept. */
  get floor(): number {
    const worst = this.#heap[0];
    return this.#heap.length < this.#k || worst === undefined ? Number.NEGATIVE_INFINITY : worst.score;
  }

  offer(item: number, score: number): void {
    this.exchange(item, score);
  }

  /** Offers an item and gives the one that is not kept: another, the offered one itself, or none while there is room. */
  exchange(item: number, score: number): number | undefined {
    const worst = this.#heap[0];
    // Most offers end here: nothing is made for them.
    if (this.#heap.length >= this.#k && (worst === undefined || score < worst.score)) return item;
    const offered = { item, score };
    if (this.#heap.length < this.#k) {
      this.#heap.push(offered);
      this.#up(this.#heap.length - 1);
      return undefined;
    }
    if (worst === undefined || this.#order(offered, worst) >= 0) return item;
    this.#heap[0] = offered;
    this.#down(0);
    return worst.item;
  }

  /** What was kept, best first. */
  sorted(): ScoredItem[] {
    return [...this.#heap].sort((a, b) => this.#order(a, b));
  }

  /** Negative when `a` is better. */
  #order(a: ScoredItem, b: ScoredItem): number {
    return b.score - a.score || this.#tieBreak(a.item, b.item);
  }

  #worse(i: number, j: number): boolean {
    const a = this.#heap[i];
    const b = this.#heap[j];
    return a !== undefined && b !== undefined && this.#order(a, b) > 0;
  }

  #up(from: number): void {
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#worse(at, parent)) return;
      this.#swap(at, parent);
      at = parent;
    }
  }

  #down(from: number): void {
    let at = from;
    for (;;) {
      const left = 2 * at + 1;
      const right = left + 1;
      let worst = at;
      if (this.#worse(left, worst)) worst = left;
      if (this.#worse(right, worst)) worst = right;
      if (worst === at) return;
      this.#swap(at, worst);
      at = worst;
    }
  }

  #swap(i: number, j: number): void {
    const a = this.#heap[i];
    const b = this.#heap[j];
    if (a === undefined || b === undefined) return;
    this.#heap[i] = b;
    this.#heap[j] = a;
  }
}
