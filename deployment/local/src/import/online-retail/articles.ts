import { roundHalfEven } from '@vici/utils/domain';
import { looksLikeName, nameFrom } from './description.js';
import type { RetailRow } from './row.js';

const DAY_MS = 86_400_000;
const RECENT_DAYS = 90;
const BASE_STOCK = 30;
const MOST_STOCK = 500;

/** What the rows say about one article. */
export class Article {
  readonly code: string;
  /** Names by how often they stand on a sale. */
  readonly #soldAs = new Map<string, number>();
  /** Names by how often they stand on anything else. */
  readonly #notedAs = new Map<string, number>();
  /** Sale prices in thousandths by how often they were asked. */
  readonly #prices = new Map<number, number>();
  readonly #unitsByDay = new Map<number, number>();

  constructor(code: string) {
    this.code = code;
  }

  /** A line that sold units at a price above zero. */
  addSale(row: RetailRow): void {
    count(this.#prices, row.priceMilli, 1);
    count(this.#unitsByDay, Math.floor(row.at / DAY_MS), row.quantity);
    this.#addName(this.#soldAs, row.description);
  }

  /** Any other line about the article: a cancellation, a stock correction, a line without a price. */
  addMention(row: RetailRow): void {
    if (looksLikeName(row.description)) {
      this.#addName(this.#notedAs, row.description);
    }
  }

  /** The name it was sold under most often, else the one it is noted under. */
  get name(): string | undefined {
    return mostFrequent(this.#soldAs) ?? mostFrequent(this.#notedAs);
  }

  /** Median of the sale prices in cents, at least one; undefined when it was never sold. */
  get priceMinor(): number | undefined {
    return this.#prices.size === 0 ? undefined : medianCents(this.#prices);
  }

  /** Thirty units and what was sold in the last 90 days before `end`, at most 500. */
  stockAt(end: number): number {
    const firstDay = Math.floor(end / DAY_MS) - RECENT_DAYS;
    let sold = 0;
    for (const [day, units] of this.#unitsByDay) {
      sold += day > firstDay ? units : 0;
    }
    return Math.min(BASE_STOCK + sold, MOST_STOCK);
  }

  #addName(names: Map<string, number>, description: string): void {
    const name = nameFrom(description);
    if (name !== undefined) {
      count(names, name, 1);
    }
  }
}

function count<K>(counts: Map<K, number>, key: K, by: number): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}

/** Of equally frequent names the one that came first. */
function mostFrequent(names: ReadonlyMap<string, number>): string | undefined {
  let best: string | undefined;
  let most = 0;
  for (const [name, times] of names) {
    if (times > most) {
      best = name;
      most = times;
    }
  }
  return best;
}

function medianCents(prices: ReadonlyMap<number, number>): number {
  const sorted = [...prices].sort(([left], [right]) => left - right);
  const total = sorted.reduce((sum, [, times]) => sum + times, 0);
  const at = (index: number): number => {
    let seen = 0;
    for (const [price, times] of sorted) {
      seen += times;
      if (index < seen) {
        return price;
      }
    }
    return 0;
  };
  // Twice the median in thousandths of the unit is twenty times the median in cents.
  const twice = at(Math.floor((total - 1) / 2)) + at(Math.floor(total / 2));
  return Math.max(1, Number(roundHalfEven(BigInt(twice), 20n)));
}
