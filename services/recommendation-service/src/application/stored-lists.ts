import { Injectable } from '@nestjs/common';
import { Clock } from '@vici/utils';
import type { ListEntry } from '../domain/fallback-chain.js';
import { ListStore } from './list-store.js';

/** A list that all shoppers share is read again after so long. */
const FRESH_MS = 1_000;
/** Some six kilobytes each. */
const MAX_KEPT = 2_000;

/** A list in Redis. */
export interface StoredList {
  readonly key: string;
  /** Whether it is the same for all shoppers: then it is kept for a second. */
  readonly shared: boolean;
}

interface Kept {
  readonly entries: readonly ListEntry[];
  readonly at: number;
}

/** The lists in Redis, in one round trip at most: what all shoppers share is in memory. */
@Injectable()
export class StoredLists {
  readonly #kept = new Map<string, Kept>();

  constructor(
    private readonly store: ListStore,
    private readonly clock: Clock,
  ) {}

  /** The lists in the order they are asked for; empty where there is none. @throws what the store throws */
  async of(lists: readonly StoredList[]): Promise<(readonly ListEntry[])[]> {
    const now = this.clock.now().getTime();
    const kept = lists.map(({ key, shared }) => (shared ? this.#fresh(key, now) : undefined));
    const wanted = lists.filter((_list, place) => kept[place] === undefined);
    if (wanted.length === 0) return kept.map((entries) => entries ?? []);
    const read = await this.store.read(wanted.map(({ key }) => key));
    const found = new Map(wanted.map(({ key }, place) => [key, read[place] ?? []]));
    for (const { key, shared } of wanted) if (shared) this.keep(key, found.get(key) ?? []);
    return lists.map(({ key }, place) => kept[place] ?? found.get(key) ?? []);
  }

  /** Keeps what stands for a shared list that Redis has not. */
  keep(key: string, entries: readonly ListEntry[]): void {
    this.#kept.delete(key);
    this.#kept.set(key, { entries, at: this.clock.now().getTime() });
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MAX_KEPT && oldest !== undefined) this.#kept.delete(oldest);
  }

  #fresh(key: string, now: number): readonly ListEntry[] | undefined {
    const kept = this.#kept.get(key);
    return kept === undefined || now - kept.at >= FRESH_MS ? undefined : kept.entries;
  }
}
