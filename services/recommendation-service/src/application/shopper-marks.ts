/** So much is put up with before what counts no more is thrown away. */
const SLACK = 1_000;

interface Mark extends Marked {
  readonly dueAt: number;
}

/** Something whose lists are to be written, and since when; milliseconds since the epoch. */
export interface Marked {
  readonly id: string;
  readonly since: number;
}

/** Sessions, or users, whose lists are to be written: each once, however often it was marked. */
export class ShopperMarks {
  readonly #marks = new Map<string, Mark>();
  /** The one marked last stands last; what was marked again or taken since is still there and counts no more. */
  #order: Mark[] = [];

  get size(): number {
    return this.#marks.size;
  }

  /** When the first one is due; never, where there is none. */
  get dueAt(): number {
    let first = Number.POSITIVE_INFINITY;
    for (const { dueAt } of this.#marks.values()) first = Math.min(first, dueAt);
    return first;
  }

  /** Marked again before it is taken, it stays due when it was, and is the newest. */
  mark({ id, since }: Marked, dueAt: number): void {
    const before = this.#marks.get(id);
    const mark = {
      id,
      dueAt: Math.min(dueAt, before?.dueAt ?? dueAt),
      since: Math.min(since, before?.since ?? since),
    };
    this.#marks.set(id, mark);
    this.#order.push(mark);
    if (this.#order.length > 2 * this.#marks.size + SLACK)
      this.#order = this.#order.filter((one) => this.#isMark(one));
  }

  /** Takes out up to `limit` that are due at the moment `now`, the newest first. */
  take(limit: number, now: number): Marked[] {
    const taken: Marked[] = [];
    const early: Mark[] = [];
    while (taken.length < limit) {
      const mark = this.#order.pop();
      if (mark === undefined) break;
      if (!this.#isMark(mark)) continue;
      if (mark.dueAt > now) {
        early.push(mark);
        continue;
      }
      this.#marks.delete(mark.id);
      taken.push({ id: mark.id, since: mark.since });
    }
    this.#order.push(...early.reverse());
    return taken;
  }

  #isMark(mark: Mark): boolean {
    return this.#marks.get(mark.id) === mark;
  }
}
