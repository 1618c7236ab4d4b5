import type { Page, PageRequest } from '@vici/database';
import type { Promotion, PromotionRules } from '../../domain/promotions/promotion.js';

/** Which promotions are listed. */
export interface PromotionFilter {
  /** Part of code or name. */
  readonly search?: string;
  readonly active?: boolean;
  readonly oldestFirst?: boolean;
}

/** The promotions as administrators keep them; deleted ones are not found. */
export abstract class PromotionRepository {
  /**
   * Adds it, or gives the one the same call has made before.
   * @param requestKey of the call
   * @throws DomainError ALREADY_EXISTS when the code is taken
   */
  abstract add(
    rules: PromotionRules,
    now: Date,
    requestKey?: string,
  ): Promise<{ promotion: Promotion; added: boolean }>;
  abstract find(id: string): Promise<Promotion | undefined>;
  /** Locked until the transaction ends. */
  abstract findLocked(id: string): Promise<Promotion | undefined>;
  /** Newest first, unless told otherwise. */
  abstract list(filter: PromotionFilter, page: PageRequest): Promise<Page<Promotion>>;
  /** @throws DomainError ALREADY_EXISTS when the code is taken */
  abstract update(id: string, rules: PromotionRules, now: Date): Promise<Promotion>;
  abstract delete(id: string, now: Date): Promise<void>;
}
