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
