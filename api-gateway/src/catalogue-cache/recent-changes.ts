import { LRUCache } from 'lru-cache';

const MOST_PRODUCTS = 50_000;
/** Longer than any answer is kept: a change that is forgotten has no answer left to spoil. In milliseconds. */
const REMEMBERED_MS = 5000;
/**
 * How long after its event a change may still be on its way: product-service hears of the stock at the same time as the
 * gateway does, and answers until then with what was. In milliseconds.
 */
const SETTLING_MS = 300;

/** Which products changed lately, and what that means for answers that show them. */
export class RecentChanges {
  private readonly at = new LRUCache<string, number>({ max: MOST_PRODUCTS, ttl: REMEMBERED_MS });

  note(productId: string): void {
    this.at.set(productId, Date.now());
  }

  /** Whether an answer whose making began at `madeAt` may show one of its products as it was. */
  spoils(madeAt: number, shows: readonly string[]): boolean {
    return madeAt <= this.latestOf(shows);
  }

  /** Whether nothing that the answer shows is still on its way. */
  isSettled(madeAt: number, shows: readonly string[]): boolean {
    return madeAt > this.latestOf(shows) + SETTLING_MS;
  }

  private latestOf(shows: readonly string[]): number {
    return this.at.size === 0
      ? 0
      : shows.reduce((latest, productId) => Math.max(latest, this.at.get(productId) ?? 0), 0);
  }
}
