import { type ColumnReader, type ColumnWriter, Cursor } from './columns.js';
import { type ScoredItem, type TieBreak, TopK } from './top-k.js';

/** Exponents stay far from what a double can hold. */
const MAX_HALVINGS = 500;

/**
 * Counters that halve every `halfLifeMs`, in continuous time. Forward decay (Cormode et al., ICDE 2009): an event at
 * time t adds weight·2^((t − landmark)/halfLife), so stored values never need to be touched as time passes, late events
 * fall into their place, and the order of the counters is the order of the stored values at every moment.
 */
export class DecayedCounters {
  readonly halfLifeMs: number;
  readonly #values = new Map<number, number>();
  #landmark: number | undefined;
  #additions = 0;

  constructor(halfLifeMs: number) {
    this.halfLifeMs = halfLifeMs;
  }

  /** How often a counter has been added to. */
  get additions(): number {
    return this.#additions;
  }

  add(item: number, weight: number, at: number): void {
    this.#additions += 1;
    this.#landmark ??= at;
    if ((at - this.#landmark) / this.halfLifeMs > MAX_HALVINGS) this.#moveLandmark(at);
    const grown = weight * 2 ** ((at - this.#landmark) / this.halfLifeMs);
    this.#values.set(item, (this.#values.get(item) ?? 0) + grown);
  }

  /** The counter's value at the moment `now`. */
  value(item: number, now: number): number {
    return (this.#values.get(item) ?? 0) * this.#scale(now);
  }

  /** The largest counters, best first, of the items that `accepts`; those below `atLeast` are left out. */
  top(
    limit: number,
    now: number,
    accepts: (item: number) => boolean,
    options: { readonly atLeast?: number; readonly tieBreak?: TieBreak } = {},
  ): ScoredItem[] {
    const scale = this.#scale(now);
    const best = new TopK(limit, options.tieBreak);
    for (const [item, value] of this.#values) {
      if (value * scale > (options.atLeast ?? 0) && accepts(item)) best.offer(item, value * scale);
    }
    return best.sorted();
  }

  /** All counters of at least `atLeast` at the moment `now`. */
  *entries(now: number, atLeast: number): Generator<ScoredItem> {
    const scale = this.#scale(now);
    for (const [item, value] of this.#values) {
      if (value * scale >= atLeast) yield { item, score: value * scale };
    }
  }

  /** Puts the counters away under the name; a step at a time. */
  *save(to: ColumnWriter, name: string): Generator<void> {
    const about = to.floats(`${name}.about`);
    about.push(this.#additions);
    if (this.#landmark !== undefined) about.push(this.#landmark);
    const [items, values] = [to.ints(`${name}.items`), to.floats(`${name}.values`)];
    for (const [item, value] of this.#values) {
      items.push(item);
      yield values.push(value);
    }
  }

  /** Takes in what was put away, where nothing is yet; a step at a time. */
  *load(from: ColumnReader, name: string): Generator<void> {
    const about = new Cursor(from.floats(`${name}.about`));
    this.#additions = about.take();
    this.#landmark = about.ended ? undefined : about.take();
    const values = new Cursor(from.floats(`${name}.values`));
    for (const item of from.ints(`${name}.items`)) {
      this.#values.set(item, values.take());
      yield;
    }
  }

  #scale(now: number): number {
    return this.#landmark === undefined ? 0 : 2 ** ((this.#landmark - now) / this.halfLifeMs);
  }

  /** Counters that have faded to nothing are dropped here: so the table holds only what was wanted of late. */
  #moveLandmark(to: number): void {
    const factor = this.#scale(to);
    for (const [item, value] of this.#values) {
      const moved = value * factor;
      if (moved < Number.EPSILON) this.#values.delete(item);
      else this.#values.set(item, moved);
    }
    this.#landmark = to;
  }
}
