import { type ColumnReader, type ColumnWriter, Cursor } from './columns.js';
import { PostingList } from './posting-list.js';
import { SparseScores } from './sparse-scores.js';
import { type ScoredItem, type TieBreak, TopK } from './top-k.js';

/** Bounds of {@link BoughtTogether}. */
export interface BoughtTogetherOptions {
  /** Baskets kept; the oldest make room. */
  readonly maxBaskets: number;
  /** Baskets looked at per item, the most recent ones. */
  readonly basketsPerItem: number;
  /** A pair counts from this many baskets on. */
  readonly minSupport: number;
  /** How much of what popularity alone explains is taken out of the count: 0 nothing, 0.5 the root of the lift. */
  readonly liftPower: number;
}

export const BOUGHT_TOGETHER_DEFAULTS: BoughtTogetherOptions = {
  maxBaskets: 500_000,
  basketsPerItem: 5_000,
  minSupport: 2,
  liftPower: 0.45,
};

/** A product bought with another: in how many baskets, and how strong the tie is. */
export interface CoPurchase extends ScoredItem {
  /** Baskets that hold both. */
  readonly count: number;
}

/**
 * Products bought in the same basket. Baskets are kept with an index from item to basket, and pairs are counted when
 * asked: exact counts without a table of all pairs. The tie is count·lift^p, lift = count·N / (nA·nB): the count asks for
 * evidence, the lift takes out of it what popularity alone explains. The power, a little below the usual root, is chosen
 * on real baskets (docs/recommendation-quality.md).
 */
export class BoughtTogether {
  readonly #options: BoughtTogetherOptions;
  readonly #tieBreak: TieBreak | undefined;
  /** Basket number to items, in order of arrival: the first one is the oldest. */
  readonly #baskets = new Map<number, number[]>();
  readonly #numbers = new Map<string, number>();
  readonly #ids = new Map<number, string>();
  readonly #postings = new Map<number, PostingList>();
  readonly #holders = new Map<number, number>();
  readonly #counts = new SparseScores();
  #next = 0;

  constructor(options: Partial<BoughtTogetherOptions> = {}, tieBreak?: TieBreak) {
    this.#options = { ...BOUGHT_TOGETHER_DEFAULTS, ...options };
    this.#tieBreak = tieBreak;
  }

  get size(): number {
    return this.#baskets.size;
  }

  get bounds(): BoughtTogetherOptions {
    return this.#options;
  }

  /** How many baskets hold the item. */
  basketsWith(item: number): number {
    return this.#holders.get(item) ?? 0;
  }

  /** Adds items to a basket, which grows line by line; an item it already holds changes nothing. */
  add(basketId: string, items: Iterable<number>): void {
    const [number, basket] = this.#basket(basketId);
    for (const item of items) {
      if (basket.includes(item)) continue;
      basket.push(item);
      const posting = this.#postings.get(item) ?? new PostingList(this.#options.basketsPerItem);
      this.#postings.set(item, posting);
      posting.push(number);
      this.#holders.set(item, this.basketsWith(item) + 1);
    }
  }

  /** What is bought with the item, the strongest tie first. */
  with(item: number, limit: number, accepts: (item: number) => boolean = () => true): CoPurchase[] {
    const posting = this.#postings.get(item);
    for (let back = 0; posting !== undefined && back < posting.size; back += 1) {
      for (const other of this.#baskets.get(posting.at(back)) ?? []) {
        if (other !== item) this.#counts.add(other, 1);
      }
    }
    const best = new TopK(limit, this.#tieBreak);
    const counts = new Map<number, number>();
    for (const other of this.#counts.touched) {
      const count = this.#counts.get(other);
      if (count < this.#options.minSupport || !accepts(other)) continue;
      counts.set(other, count);
      best.offer(other, this.tie(item, other, count));
    }
    this.#counts.clear();
    return best.sorted().map((scored) => ({ ...scored, count: counts.get(scored.item) ?? 0 }));
  }

  /** count·lift^p of two items that are together in `count` baskets; the count alone where one of them is unknown here. */
  tie(a: number, b: number, count: number): number {
    const independent = this.basketsWith(a) * this.basketsWith(b);
    if (independent === 0) return count;
    return count * ((count * this.#baskets.size) / independent) ** this.#options.liftPower;
  }

  /** Puts everything away; a step at a time. */
  *save(to: ColumnWriter): Generator<void> {
    const [ids, baskets] = [to.texts('baskets.ids'), to.ints('baskets.items')];
    for (const [number, items] of this.#baskets) {
      ids.push(this.#ids.get(number) ?? '');
      for (const count of [number, items.length, ...items]) baskets.push(count);
      yield;
    }
    const postings = to.ints('baskets.postings');
    for (const [item, posting] of this.#postings) {
      for (const count of [item, this.basketsWith(item), posting.size]) postings.push(count);
      for (const number of posting.oldestFirst()) postings.push(number);
      yield;
    }
  }

  /** Takes in what was put away, where nothing is yet; a step at a time. */
  *load(from: ColumnReader): Generator<void> {
    const baskets = new Cursor(from.ints('baskets.items'));
    for (const id of from.texts('baskets.ids')) {
      const number = baskets.take();
      this.#baskets.set(number, baskets.many(baskets.take()));
      this.#numbers.set(id, number);
      this.#ids.set(number, id);
      this.#next = number + 1;
      yield;
    }
    const postings = new Cursor(from.ints('baskets.postings'));
    while (!postings.ended) {
      const item = postings.take();
      this.#holders.set(item, postings.take());
      this.#postings.set(item, PostingList.of(this.#options.basketsPerItem, postings.many(postings.take())));
      yield;
    }
  }

  #basket(id: string): [number, number[]] {
    const known = this.#numbers.get(id);
    const items = known === undefined ? undefined : this.#baskets.get(known);
    if (known !== undefined && items !== undefined) return [known, items];
    const number = this.#next;
    const basket: number[] = [];
    this.#next += 1;
    this.#numbers.set(id, number);
    this.#ids.set(number, id);
    this.#baskets.set(number, basket);
    if (this.#baskets.size > this.#options.maxBaskets) this.#evictOldest();
    return [number, basket];
  }

  #evictOldest(): void {
    const [oldest] = this.#baskets;
    if (oldest === undefined) return;
    const [number, items] = oldest;
    this.#baskets.delete(number);
    this.#numbers.delete(this.#ids.get(number) ?? '');
    this.#ids.delete(number);
    for (const item of items) this.#holders.set(item, this.basketsWith(item) - 1);
  }
}
