/** More than what is worked on at about the same time in one process. */
const CAPACITY = 1_000;

/**
 * Rows this process wrote last, as it wrote them. Others may have changed them since: what is decided on one is written
 * only where it still is so.
 */
export class RecentlyWritten<T extends { readonly id: string }> {
  readonly #rows = new Map<string, T>();

  get(id: string): T | undefined {
    return this.#rows.get(id);
  }

  /** Keeps it in the place of the one that was not written for the longest time. */
  keep(row: T): T {
    this.#rows.delete(row.id);
    this.#rows.set(row.id, row);
    const [oldest] = this.#rows.keys();
    if (this.#rows.size > CAPACITY && oldest !== undefined) this.#rows.delete(oldest);
    return row;
  }

  forget(id: string): void {
    this.#rows.delete(id);
  }
}
