interface Mark {
  readonly dueAt: number;
  readonly since: number;
}

/** Something whose lists are to be written, and since when; milliseconds since the epoch. */
export interface Marked {
  readonly id: string;
  readonly since: number;
}

/** Sessions, or users, whose lists are to be written: each once, however often it was marked. */
export class ShopperMarks {
  /** The one marked last stands last. */
  readonly #marks = new Map<string, Mark>();

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
    this.#marks.delete(id);
    this.#marks.set(id, {
      dueAt: Math.min(dueAt, before?.dueAt ?? dueAt),
      since: Math.min(since, before?.since ?? since),
    });
  }

  /** Takes out up to `limit` that are due at the moment `now`, the newest first. */
  take(limit: number, now: number): Marked[] {
    const taken: Marked[] = [];
    for (const [id, { dueAt, since }] of [...this.#marks].reverse()) {
      if (taken.length >= limit) break;
      if (dueAt <= now) taken.push({ id, since });
    }
    for (const { id } of taken) this.#marks.delete(id);
    return taken;
  }
}
