/** An item (its number in the {@link ItemRegistry}) with what speaks for it. */
export interface ScoredItem {
  readonly item: number;
  readonly score: number;
}

/** Orders items of equal score: negative when `a` comes first. */
export type TieBreak = (a: number, b: number) => number;

const byNumber: TieBreak = (a, b) => a - b;

/**
 * Keeps the k best of what it is offered, in a binary heap whose root is the worst one kept: O(log k) an offer. Items and
 * scores are kept apart, as plain numbers: nothing is made for an offer.
 */
export class TopK {
  readonly #k: number;
  readonly #tieBreak: TieBreak;
  readonly #items: number[] = [];
  readonly #scores: number[] = [];

  constructor(k: number, tieBreak: TieBreak = byNumber) {
    this.#k = k;
    this.#tieBreak = tieBreak;
  }

  /** What is scored below this is not kept. */
  get floor(): number {
    return this.#items.length < this.#k ? Number.NEGATIVE_INFINITY : this.#score(0);
  }

  offer(item: number, score: number): void {
    this.exchange(item, score);
  }

  /** Offers an item and gives the one that is not kept: another, the offered one itself, or none while there is room. */
  exchange(item: number, score: number): number | undefined {
    if (this.#items.length < this.#k) {
      this.#items.push(item);
      this.#scores.push(score);
      this.#rise(item, score);
      return undefined;
    }
    if (this.#k <= 0 || this.#isWorse(item, score, 0)) return item;
    const worst = this.#items[0];
    this.#sink(item, score, this.#items.length);
    return worst;
  }

  /** What was kept, best first. */
  sorted(): ScoredItem[] {
    const found: ScoredItem[] = [];
    for (const [place, item] of this.#items.entries()) found.push({ item, score: this.#score(place) });
    return found.sort((a, b) => b.score - a.score || this.#tieBreak(a.item, b.item));
  }

  #item(place: number): number {
    return this.#items[place] ?? 0;
  }

  #score(place: number): number {
    return this.#scores[place] ?? 0;
  }

  /** Whether the item is not better than the one at the place. */
  #isWorse(item: number, score: number, than: number): boolean {
    const other = this.#score(than);
    return score === other ? this.#tieBreak(item, this.#item(than)) >= 0 : score < other;
  }

  #put(place: number, item: number, score: number): void {
    this.#items[place] = item;
    this.#scores[place] = score;
  }

  /** Finds the item its place from the end on: better ones that stand above it go down. */
  #rise(item: number, score: number): void {
    let place = this.#items.length - 1;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!this.#isWorse(item, score, parent)) break;
      this.#put(place, this.#item(parent), this.#score(parent));
      place = parent;
    }
    this.#put(place, item, score);
  }

  /** Finds the item its place from the root on, in the place of what is there: worse ones below it come up. */
  #sink(item: number, score: number, size: number): void {
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= size) break;
      const right = child + 1;
      if (right < size && this.#isWorse(this.#item(right), this.#score(right), child)) child = right;
      if (this.#isWorse(item, score, child)) break;
      this.#put(place, this.#item(child), this.#score(child));
      place = child;
    }
    this.#put(place, item, score);
  }
}
