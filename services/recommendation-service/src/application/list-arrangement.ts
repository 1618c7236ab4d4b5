import { Injectable } from '@nestjs/common';
import { capsFor, diversified } from '../domain/diversity.js';
import type { Exposure } from '../domain/exposure.js';
import type { Candidate, PlacementName } from '../domain/fallback-chain.js';
import { boosted, pinned } from '../domain/merchandising.js';
import { RecommendationIndex } from '../domain/recommendation-index.js';
import { MerchandisingRules } from './merchandising-rules.js';
import type { ListSubject } from './strategy-lists.js';

/** How lists are arranged. */
export abstract class ArrangementPolicy {
  /** Part of a list, 0..1, that one category or brand may take. */
  abstract readonly diversityShare: number;
  abstract readonly exposure: Exposure;
}

/** Lists about one product, or one category, are meant to be of a kind. */
const OF_A_KIND: ReadonlySet<PlacementName> = new Set(['similar', 'frequently_bought', 'related']);

/** Puts candidates in the order in which they are shown: boosts, what the shopper is tired of, diversity, pins. */
@Injectable()
export class ListArrangement {
  constructor(
    private readonly rules: MerchandisingRules,
    private readonly index: RecommendationIndex,
    private readonly policy: ArrangementPolicy,
  ) {}

  async arranged(
    candidates: readonly Candidate[],
    subject: ListSubject & { readonly limit: number; readonly now: number },
    accepts: (id: string) => boolean,
  ): Promise<Candidate[]> {
    const rules = await this.rules.for(subject);
    const shopper = shopperOf(subject);
    const ranked = boosted(candidates, rules);
    const fresh = shopper === undefined ? ranked : this.policy.exposure.rested(shopper, ranked);
    return pinned(this.#diversified(fresh, subject), rules, accepts);
  }

  /** Remembers what the shopper was shown. */
  noteShown(subject: ListSubject, productIds: readonly string[]): void {
    const shopper = shopperOf(subject);
    if (shopper !== undefined) this.policy.exposure.noteShown(shopper, productIds);
  }

  #diversified(
    candidates: readonly Candidate[],
    { placement, categoryId, limit }: ListSubject & { readonly limit: number },
  ): Candidate[] {
    if (OF_A_KIND.has(placement)) return [...candidates];
    const { perCategory, perBrand } = capsFor(limit, this.policy.diversityShare);
    const caps = { perCategory: categoryId === undefined ? perCategory : limit, perBrand };
    return diversified(candidates, caps, (id) => {
      const product = this.index.catalogue.get(id);
      return { category: product?.categoryPath[0], brand: product?.brand };
    });
  }
}

function shopperOf({ userId, sessionId }: ListSubject): string | undefined {
  return userId ?? sessionId;
}
