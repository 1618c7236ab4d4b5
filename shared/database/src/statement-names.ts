import { createHash } from 'node:crypto';

/** Every name costs a stored plan on each pooled connection, so both tables are bounded. */
const MAX_NAMES = 400;
const MAX_SEEN_ONCE = 1000;
/** Long statements (many-row inserts) seldom repeat exactly and would hold much memory as keys. */
const MAX_LENGTH = 4096;

/**
 * Decides which statements are prepared under a name: those sent at least twice, the first 400 of them.
 * A named statement is parsed and planned once per connection instead of every time.
 */
export class StatementNames {
  readonly #names = new Map<string, string>();
  readonly #seenOnce = new Set<string>();
  readonly #neverNamed = new Set<string>();

  /** The name to send `sql` under, or undefined to send it unnamed. The same text always has the same name. */
  nameFor(sql: string): string | undefined {
    const known = this.#names.get(sql);
    if (known !== undefined) return known;
    if (sql.length > MAX_LENGTH || this.#names.size >= MAX_NAMES || this.#neverNamed.has(sql))
      return undefined;
    if (!this.#seenOnce.delete(sql)) {
      this.#rememberOnce(sql);
      return undefined;
    }
    const name = `v_${createHash('sha256').update(sql).digest('hex').slice(0, 32)}`;
    this.#names.set(sql, name);
    return name;
  }

  /** Sends `sql` unnamed from now on: its stored plan no longer fits the tables. */
  forget(sql: string): void {
    if (this.#names.delete(sql)) this.#neverNamed.add(sql);
  }

  #rememberOnce(sql: string): void {
    if (this.#seenOnce.size >= MAX_SEEN_ONCE) {
      const oldest = this.#seenOnce.values().next();
      if (!oldest.done) this.#seenOnce.delete(oldest.value);
    }
    this.#seenOnce.add(sql);
  }
}
