import { type ColumnReader, type ColumnWriter, Cursor } from './columns.js';
import type { InteractionKind } from './interaction.js';

/** One product in a shopper's history. */
export interface HistoryItem {
  readonly item: number;
  readonly weight: number;
  /** Latest moment, milliseconds since the epoch. */
  readonly at: number;
}

const DAY_MS = 86_400_000;
/** A product is not shown again for so long after it was bought. */
export const JUST_BOUGHT_MS = DAY_MS;
export const HISTORY_LENGTH = 50;
const MAX_SHOPPERS = 200_000;
const MAX_PURCHASES = 500;

interface Shopper {
  items: HistoryItem[];
  readonly bought: Map<number, number>;
  lastSession: string;
}

/** What signed-in shoppers did of late: bounded by shoppers (the one idle longest is forgotten) and by items of each. */
export class ShopperHistories {
  readonly #shoppers = new Map<string, Shopper>();
  readonly #max: number;

  constructor(maxShoppers = MAX_SHOPPERS) {
    this.#max = maxShoppers;
  }

  get size(): number {
    return this.#shoppers.size;
  }

  add(
    userId: string,
    did: { item: number; kind: InteractionKind; weight: number; at: number; sessionId: string },
  ): void {
    const shopper = this.#touch(userId);
    const before = shopper.items.find(({ item }) => item === did.item);
    const merged = {
      item: did.item,
      weight: Math.max(did.weight, before?.weight ?? 0),
      at: Math.max(did.at, before?.at ?? 0),
    };
    shopper.items = [...shopper.items.filter(({ item }) => item !== did.item), merged]
      .sort((a, b) => a.at - b.at)
      .slice(-HISTORY_LENGTH);
    shopper.lastSession = did.sessionId;
    if (did.kind === 'purchase') noteBought(shopper.bought, did.item, did.at);
  }

  /** At most the last fifty distinct products, the latest last. */
  items(userId: string): readonly HistoryItem[] {
    return this.#shoppers.get(userId)?.items ?? [];
  }

  /** The session of the latest interaction. */
  lastSession(userId: string): string | undefined {
    return this.#shoppers.get(userId)?.lastSession;
  }

  /** What the shopper bought within the last 24 hours. */
  justBought(userId: string, now: number): ReadonlySet<number> {
    const bought = [...(this.#shoppers.get(userId)?.bought ?? [])];
    return new Set(bought.filter(([, at]) => now - at < JUST_BOUGHT_MS).map(([item]) => item));
  }

  forget(userId: string): void {
    this.#shoppers.delete(userId);
  }

  /** The shoppers whose latest step is not older than the moment. */
  *activeSince(moment: number): Generator<string> {
    for (const [id, { items }] of this.#shoppers) if ((items.at(-1)?.at ?? 0) >= moment) yield id;
  }

  /** Puts everything away; a step at a time. */
  *save(to: ColumnWriter): Generator<void> {
    const [ids, sessions] = [to.texts('shoppers.ids'), to.texts('shoppers.sessions')];
    const [counts, times] = [to.ints('shoppers.items'), to.floats('shoppers.times')];
    for (const [id, { items, bought, lastSession }] of this.#shoppers) {
      ids.push(id);
      sessions.push(lastSession);
      for (const count of [items.length, bought.size]) counts.push(count);
      for (const { item, weight, at } of items) {
        for (const count of [item, weight]) counts.push(count);
        times.push(at);
      }
      for (const [item, at] of bought) {
        counts.push(item);
        times.push(at);
      }
      yield;
    }
  }

  /** Takes in what was put away, where nothing is yet; a step at a time. */
  *load(from: ColumnReader): Generator<void> {
    const [counts, times] = [
      new Cursor(from.ints('shoppers.items')),
      new Cursor(from.floats('shoppers.times')),
    ];
    const sessions = from.texts('shoppers.sessions');
    for (const id of from.texts('shoppers.ids')) {
      const [items, purchases] = [counts.take(), counts.take()];
      this.#shoppers.set(id, {
        items: Array.from({ length: items }, () => ({
          item: counts.take(),
          weight: counts.take(),
          at: times.take(),
        })),
        bought: new Map(Array.from({ length: purchases }, () => [counts.take(), times.take()])),
        lastSession: sessions.next().value ?? '',
      });
      yield;
    }
  }

  #touch(userId: string): Shopper {
    const shopper = this.#shoppers.get(userId) ?? { items: [], bought: new Map(), lastSession: '' };
    this.#shoppers.delete(userId);
    this.#shoppers.set(userId, shopper);
    const [idle] = this.#shoppers.keys();
    if (this.#shoppers.size > this.#max && idle !== undefined) this.#shoppers.delete(idle);
    return shopper;
  }
}

function noteBought(bought: Map<number, number>, item: number, at: number): void {
  const latest = Math.max(at, bought.get(item) ?? 0);
  bought.delete(item);
  bought.set(item, latest);
  const [first] = bought.keys();
  if (bought.size > MAX_PURCHASES && first !== undefined) bought.delete(first);
}
