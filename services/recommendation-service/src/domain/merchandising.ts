import type { Candidate, PlacementName } from './fallback-chain.js';

/** A product that people put forward: pinned to a place, or boosted. */
export interface MerchandisingFields {
  readonly kind: 'pin' | 'boost';
  readonly productId: string;
  /** Everywhere, where it is missing. */
  readonly placement?: PlacementName;
  /** Only in lists of this category. */
  readonly categoryId?: string;
  /** Of a pin: its place, from 1. */
  readonly position: number;
  /** Of a boost: 0.1 to 10; below 1 the product ranks lower. */
  readonly factor: number;
  readonly startsAt?: Date;
  /** Not included. */
  readonly endsAt?: Date;
  readonly note: string;
}

export interface MerchandisingRule extends MerchandisingFields {
  readonly id: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** The list a rule may apply to. */
export interface ListPlace {
  readonly placement: PlacementName;
  readonly categoryId?: string | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Whether the rule applies to the list now. */
export function isInForce(rule: MerchandisingFields, { placement, categoryId, now }: ListPlace): boolean {
  if (rule.placement !== undefined && rule.placement !== placement) return false;
  if (rule.categoryId !== undefined && rule.categoryId !== categoryId) return false;
  if (rule.startsAt !== undefined && rule.startsAt.getTime() > now) return false;
  return rule.endsAt === undefined || rule.endsAt.getTime() > now;
}

/** Moves boosted products by rank: scores of different strategies do not compare, places in the list do. */
export function boosted(
  candidates: readonly Candidate[],
  rules: readonly MerchandisingFields[],
): Candidate[] {
  const factors = new Map<string, number>();
  for (const { kind, productId, factor } of rules) {
    if (kind === 'boost') factors.set(productId, (factors.get(productId) ?? 1) * factor);
  }
  if (factors.size === 0) return [...candidates];
  return candidates
    .map((candidate, place) => ({ candidate, worth: (factors.get(candidate.id) ?? 1) / (place + 1) }))
    .sort((a, b) => b.worth - a.worth)
    .map(({ candidate }) => candidate);
}

/** Puts pinned products in their places; of two for one place the newer rule, which comes first, has it. */
export function pinned(
  candidates: readonly Candidate[],
  rules: readonly MerchandisingFields[],
  accepts: (id: string) => boolean,
): Candidate[] {
  const pins = new Map<string, number>();
  for (const { kind, productId, position } of rules) {
    if (kind === 'pin' && !pins.has(productId) && accepts(productId)) pins.set(productId, position);
  }
  const list = candidates.filter(({ id }) => !pins.has(id));
  const inOrder = [...pins].sort(([, a], [, b]) => a - b);
  for (const [id, position] of inOrder) list.splice(position - 1, 0, { id, score: 1, source: 'pinned' });
  return list;
}
