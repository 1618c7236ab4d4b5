import type { Candidate } from './fallback-chain.js';

/** Places of a list that one category, or one brand, may take before others had their turn. */
export interface DiversityCaps {
  readonly perCategory: number;
  readonly perBrand: number;
}

/** What a product has in common with others. */
export interface Kin {
  readonly category?: string | undefined;
  readonly brand?: string | undefined;
}

/** Small lists are not cut up. */
const LEAST_CAP = 3;

/** Caps for a list of the length: `share` of its places, three at least. */
export function capsFor(limit: number, share: number): DiversityCaps {
  const cap = Math.max(LEAST_CAP, Math.ceil(limit * share));
  return { perCategory: cap, perBrand: cap };
}

/** The same products, those beyond a cap behind all others: a list is still filled when there is nothing else. */
export function diversified(
  candidates: readonly Candidate[],
  caps: DiversityCaps,
  kinOf: (id: string) => Kin,
): Candidate[] {
  const categories = new Map<string, number>();
  const brands = new Map<string, number>();
  const beyond: Candidate[] = [];
  const within = candidates.filter((candidate) => {
    const { category, brand } = kinOf(candidate.id);
    const fits = isBelow(categories, category, caps.perCategory) && isBelow(brands, brand, caps.perBrand);
    if (!fits) {
      beyond.push(candidate);
      return false;
    }
    count(categories, category);
    count(brands, brand);
    return true;
  });
  return [...within, ...beyond];
}

function isBelow(counts: ReadonlyMap<string, number>, name: string | undefined, cap: number): boolean {
  return name === undefined || (counts.get(name) ?? 0) < cap;
}

function count(counts: Map<string, number>, name: string | undefined): void {
  if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
}
