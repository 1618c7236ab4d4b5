/** How long a SKU counts as scarce after somebody did not get it, in milliseconds. */
const SCARCE_MS = 5_000;
const CAPACITY = 10_000;

/** The SKUs of which somebody has just not got enough: who wants one looks before queueing for its lock. */
export class ScarceSkus {
  readonly #until = new Map<string, number>();

  add(skus: Iterable<string>): void {
    const now = performance.now();
    for (const sku of skus) {
      // Anew at the end: the first is the one that was short the longest time ago.
      this.#until.delete(sku);
      this.#until.set(sku, now + SCARCE_MS);
    }
    for (const [sku, until] of this.#until) {
      if (until > now && this.#until.size <= CAPACITY) break;
      this.#until.delete(sku);
    }
  }

  hasAny(skus: readonly string[]): boolean {
    const now = performance.now();
    return skus.some((sku) => (this.#until.get(sku) ?? 0) > now);
  }
}
