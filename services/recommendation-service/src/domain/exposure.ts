import type { Candidate } from './fallback-chain.js';

const MAX_SHOPPERS = 50_000;
const MAX_PRODUCTS = 200;

/** How often each shopper was shown a product since they last looked at it: what is never clicked tires. */
export class Exposure {
  readonly #shown = new Map<string, Map<string, number>>();
  readonly #limit: number;

  /** @param limit a product is tiring once it was shown so often */
  constructor(limit: number) {
    this.#limit = limit;
  }

  noteShown(shopper: string, productIds: readonly string[]): void {
    const counts = this.#shown.get(shopper) ?? new Map<string, number>();
    this.#shown.delete(shopper);
    this.#shown.set(shopper, counts);
    for (const id of productIds) {
      const before = counts.get(id) ?? 0;
      counts.delete(id);
      counts.set(id, before + 1);
      dropFirst(counts, MAX_PRODUCTS);
    }
    dropFirst(this.#shown, MAX_SHOPPERS);
  }

  /** The shopper looked at the product: it is fresh again. */
  noteInterest(shopper: string, productId: string): void {
    this.#shown.get(shopper)?.delete(productId);
  }

  /** The same products, those the shopper is tired of last. */
  rested(shopper: string, candidates: readonly Candidate[]): Candidate[] {
    const counts = this.#shown.get(shopper);
    if (counts === undefined) return [...candidates];
    const isTiring = ({ id }: Candidate) => (counts.get(id) ?? 0) >= this.#limit;
    return [...candidates.filter((one) => !isTiring(one)), ...candidates.filter(isTiring)];
  }
}

function dropFirst<K>(map: Map<K, unknown>, most: number): void {
  const [first] = map.keys();
  if (map.size > most && first !== undefined) map.delete(first);
}
