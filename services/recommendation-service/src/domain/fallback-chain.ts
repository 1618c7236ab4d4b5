/** Where a recommendation comes from. */
export type Strategy =
  | 'personalized'
  | 'session'
  | 'similar'
  | 'frequently_bought'
  | 'trending_category'
  | 'trending'
  | 'popular'
  | 'new_arrivals'
  /** Put there by people. */
  | 'pinned';

/** The places in the shop that ask for recommendations. */
export type PlacementName =
  | 'user'
  | 'session'
  | 'similar'
  | 'frequently_bought'
  | 'related'
  | 'trending'
  | 'popular'
  | 'new_arrivals';

const CHAINS: Readonly<Record<PlacementName, readonly Strategy[]>> = {
  user: ['personalized', 'session', 'trending_category', 'trending', 'popular', 'new_arrivals'],
  session: ['session', 'personalized', 'trending_category', 'trending', 'popular', 'new_arrivals'],
  similar: ['similar', 'trending_category', 'trending', 'popular', 'new_arrivals'],
  frequently_bought: [
    'frequently_bought',
    'similar',
    'trending_category',
    'trending',
    'popular',
    'new_arrivals',
  ],
  related: ['frequently_bought', 'similar', 'trending_category', 'trending', 'popular', 'new_arrivals'],
  trending: ['trending_category', 'trending', 'popular', 'new_arrivals'],
  popular: ['popular', 'trending_category', 'trending', 'new_arrivals'],
  new_arrivals: ['new_arrivals', 'trending_category', 'trending', 'popular'],
};

/** The strategies of a placement, the first choice first. */
export function chainOf(placement: PlacementName): readonly Strategy[] {
  return CHAINS[placement];
}

/** One product of a list. */
export interface ListEntry {
  readonly id: string;
  readonly score: number;
}

/** A list and the strategy it comes from. */
export interface StrategyList {
  readonly strategy: Strategy;
  readonly entries: Iterable<ListEntry>;
}

/** A product to show, unless the catalogue objects. */
export interface Candidate extends ListEntry {
  readonly source: Strategy;
}

/** Takes from the lists in turn what is accepted and not there yet, until `limit` is reached. */
export function fillFrom(
  lists: Iterable<StrategyList>,
  limit: number,
  accepts: (id: string) => boolean,
): Candidate[] {
  const chosen = new Map<string, Candidate>();
  for (const { strategy, entries } of lists) {
    for (const { id, score } of entries) {
      if (chosen.size >= limit) return [...chosen.values()];
      if (!chosen.has(id) && accepts(id)) chosen.set(id, { id, score, source: strategy });
    }
  }
  return [...chosen.values()];
}
