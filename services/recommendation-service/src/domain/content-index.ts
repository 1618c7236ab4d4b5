import type { CatalogueProduct } from './catalogue.js';
import { SparseScores } from './sparse-scores.js';
import { type ScoredItem, type TieBreak, TopK } from './top-k.js';

/** How much each kind of feature says about likeness. */
const WEIGHT = { leafCategory: 2, ancestor: 1, brand: 1.5, tag: 1, word: 1, priceBand: 0.5, any: 0.1 };

/** Words that say nothing about a product. */
const STOP_WORDS: ReadonlySet<string> = new Set([
  'and',
  'the',
  'with',
  'for',
  'set',
  'pack',
  'new',
  'from',
  'per',
]);
const WORD = /[\p{L}\p{N}]{3,}/gu;

/** The features of a product with their weights, before they are brought to length 1. */
export function featuresOf(product: CatalogueProduct): ReadonlyMap<string, number> {
  const features = new Map<string, number>([
    // What all products share: so that none is without a likeness to the others.
    ['any', WEIGHT.any],
    [`price:${priceBand(product.price)}`, WEIGHT.priceBand],
  ]);
  product.categoryPath.forEach((id, depth) => {
    features.set(`category:${id}`, depth === 0 ? WEIGHT.leafCategory : WEIGHT.ancestor);
  });
  if (product.brand !== undefined) features.set(`brand:${product.brand.toLowerCase()}`, WEIGHT.brand);
  for (const tag of product.tags) features.set(`tag:${tag.toLowerCase()}`, WEIGHT.tag);
  for (const word of wordsOf(product.name)) features.set(`word:${word}`, WEIGHT.word);
  return features;
}

/** Bands double in width: 4..7.99, 8..15.99 and so on, in major units of a currency with cents. */
function priceBand(minor: number): number {
  return Math.floor(Math.log2(Math.max(1, minor)));
}

function wordsOf(name: string): string[] {
  const words = name.toLowerCase().match(WORD) ?? [];
  return words.filter((word) => !STOP_WORDS.has(word));
}

/** How many of the nearest are kept per item, and for how many items: some 3.6 kB each. */
const NEAREST_KEPT = 300;
const ITEMS_KEPT = 5_000;

interface Nearest {
  readonly items: Int32Array;
  readonly scores: Float64Array;
}

/** Likeness of products by what they are: cosine of their weighted features, 0..1. Updated product by product. */
export class ContentIndex {
  readonly #tieBreak: TieBreak | undefined;
  readonly #vectors = new Map<number, ReadonlyMap<string, number>>();
  readonly #postings = new Map<string, Map<number, number>>();
  readonly #scores = new SparseScores();
  readonly #kept = new Map<number, Nearest>();

  constructor(tieBreak?: TieBreak) {
    this.#tieBreak = tieBreak;
  }

  /** Adds or replaces a product. False when nothing that counts has changed. */
  put(item: number, product: CatalogueProduct): boolean {
    const vector = unit(featuresOf(product));
    const before = this.#vectors.get(item);
    if (before !== undefined && sameVector(before, vector)) return false;
    this.remove(item);
    this.#kept.clear();
    this.#vectors.set(item, vector);
    for (const [feature, value] of vector) {
      const posting = this.#postings.get(feature) ?? new Map<number, number>();
      posting.set(item, value);
      this.#postings.set(feature, posting);
    }
    return true;
  }

  remove(item: number): void {
    for (const feature of this.#vectors.get(item)?.keys() ?? []) {
      const posting = this.#postings.get(feature);
      posting?.delete(item);
      if (posting?.size === 0) this.#postings.delete(feature);
    }
    if (this.#vectors.delete(item)) this.#kept.clear();
  }

  similarity(a: number, b: number): number {
    const [left, right] = [this.#vectors.get(a), this.#vectors.get(b)];
    if (left === undefined || right === undefined) return 0;
    let sum = 0;
    for (const [feature, value] of left) sum += value * (right.get(feature) ?? 0);
    return Math.min(1, sum);
  }

  /** The products most like the item, itself left out. */
  similar(item: number, limit: number, accepts: (item: number) => boolean): ScoredItem[] {
    const nearest = this.#nearest(item);
    const found: ScoredItem[] = [];
    for (let place = 0; place < nearest.items.length && found.length < limit; place += 1) {
      const other = nearest.items[place] ?? item;
      if (accepts(other)) found.push({ item: other, score: nearest.scores[place] ?? 0 });
    }
    const complete = found.length === limit || nearest.items.length < NEAREST_KEPT;
    return complete ? found : this.#compute(item, limit, accepts);
  }

  /** The nearest of all, kept until a product changes: shoppers look at few products many times. */
  #nearest(item: number): Nearest {
    const known = this.#kept.get(item);
    if (known !== undefined) return known;
    const computed = this.#compute(item, NEAREST_KEPT, () => true);
    const nearest = {
      items: Int32Array.from(computed, (scored) => scored.item),
      scores: Float64Array.from(computed, ({ score }) => score),
    };
    const [first] = this.#kept.keys();
    if (this.#kept.size >= ITEMS_KEPT && first !== undefined) this.#kept.delete(first);
    this.#kept.set(item, nearest);
    return nearest;
  }

  #compute(item: number, limit: number, accepts: (item: number) => boolean): ScoredItem[] {
    for (const [feature, value] of this.#vectors.get(item) ?? []) {
      for (const [other, otherValue] of this.#postings.get(feature) ?? []) {
        this.#scores.add(other, value * otherValue);
      }
    }
    const best = new TopK(limit, this.#tieBreak);
    for (const other of this.#scores.touched) {
      if (other !== item && accepts(other)) best.offer(other, Math.min(1, this.#scores.get(other)));
    }
    this.#scores.clear();
    return best.sorted();
  }
}

function unit(features: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  const length = Math.hypot(...features.values());
  return new Map([...features].map(([feature, weight]) => [feature, weight / length]));
}

function sameVector(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): boolean {
  return a.size === b.size && [...a].every(([feature, value]) => b.get(feature) === value);
}
