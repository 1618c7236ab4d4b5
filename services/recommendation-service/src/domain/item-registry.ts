import type { ColumnReader, ColumnWriter } from './columns.js';

/**
 * Numbers product ids densely from 0, so that the indexes work on small integers and typed arrays. A number is never
 * given back: it is bounded by how many products the shop has ever had.
 */
export class ItemRegistry {
  readonly #numbers = new Map<string, number>();
  readonly #ids: string[] = [];

  get size(): number {
    return this.#ids.length;
  }

  /** The number of the id; a new one where it has none yet. */
  intern(id: string): number {
    const known = this.#numbers.get(id);
    if (known !== undefined) return known;
    const number = this.#ids.length;
    this.#numbers.set(id, number);
    this.#ids.push(id);
    return number;
  }

  numberOf(id: string): number | undefined {
    return this.#numbers.get(id);
  }

  /** @throws RangeError for a number this registry has not given out */
  idOf(item: number): string {
    const id = this.#ids[item];
    if (id === undefined) throw new RangeError(`No item has the number ${item}`);
    return id;
  }

  /** Puts all ids away; a step at a time. */
  *save(to: ColumnWriter): Generator<void> {
    const ids = to.texts('items.ids');
    for (const id of this.#ids) yield ids.push(id);
  }

  /** Takes in what was put away, where nothing is yet; a step at a time. */
  *load(from: ColumnReader): Generator<void> {
    for (const id of from.texts('items.ids')) {
      this.intern(id);
      yield;
    }
  }

  /** Orders items by their id, which is the same in every process and after every restart. */
  readonly byId = (a: number, b: number): number => {
    const [left, right] = [this.idOf(a), this.idOf(b)];
    return left < right ? -1 : left > right ? 1 : 0;
  };
}
