import type { DecayedCounters } from './decayed-counters.js';
import { ItemLists } from './item-lists.js';
import { PopularItems } from './popular-items.js';
import { SequentialRules } from './sequential-rules.js';
import { SessionBlend, type SessionBlendOptions } from './session-blend.js';
import type { SessionIndex } from './session-index.js';
import type { SessionRecommender } from './session-recommender.js';
import type { TieBreak } from './top-k.js';
import { VmisKnn, type VmisOptions } from './vmis-knn.js';

/** The named ways to make a session's list; experiments choose among them. */
export const SESSION_ALGORITHMS = ['blend', 'vmis', 'rules', 'item_lists', 'popular'] as const;
export type SessionAlgorithm = (typeof SESSION_ALGORITHMS)[number];

/** Settings of those that have some. */
export interface SessionAlgorithmOptions {
  readonly blend?: SessionBlendOptions;
  readonly vmis?: Partial<VmisOptions>;
}

/** All algorithms over one index. */
export function sessionAlgorithms(
  index: SessionIndex,
  popularity: DecayedCounters,
  tieBreak: TieBreak,
  { blend, vmis }: SessionAlgorithmOptions = {},
): Readonly<Record<SessionAlgorithm, SessionRecommender>> {
  return {
    blend: new SessionBlend(index, blend, tieBreak),
    vmis: new VmisKnn(index, vmis, tieBreak),
    // Rules as published look forward only, from the latest item.
    rules: new SequentialRules(
      index,
      { sessions: Number.POSITIVE_INFINITY, queryItems: 1, backwards: 0 },
      tieBreak,
    ),
    item_lists: new ItemLists(index, tieBreak),
    popular: new PopularItems(popularity, tieBreak),
  };
}
