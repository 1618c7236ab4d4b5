import { roomFor } from './room-for.js';

const LOG_OF_NONE = Number.NEGATIVE_INFINITY;

/** How many sessions hold each item, and how rare that makes it. */
export class ItemRarity {
  readonly #holders: number[] = [];
  /** Logarithms of the numbers of holders: asked for far more often than they change. */
  #logHolders = new Float64Array();
  #pairs = 0;
  #logPairs = 0;

  /** All pairs of a session and an item that it holds. */
  get pairs(): number {
    return this.#pairs;
  }

  /** How many sessions hold the item. */
  holders(item: number): number {
    return this.#holders[item] ?? 0;
  }

  /** ln of how rare the item is among all that sessions hold; 0 for an item that none holds. */
  of(item: number): number {
    const logHolders = this.#logHolders[item] ?? LOG_OF_NONE;
    return logHolders === LOG_OF_NONE ? 0 : this.#logPairs - logHolders;
  }

  /** One session more, or one less, holds the item. */
  change(item: number, by: 1 | -1): void {
    this.setHolders(item, Math.max(0, this.holders(item) + by));
    this.setPairs(this.#pairs + by);
  }

  setHolders(item: number, holders: number): void {
    this.#holders[item] = holders;
    this.#logHolders = roomFor(item, this.#logHolders, LOG_OF_NONE);
    this.#logHolders[item] = Math.log(holders);
  }

  setPairs(pairs: number): void {
    this.#pairs = pairs;
    this.#logPairs = Math.log(pairs);
  }
}
