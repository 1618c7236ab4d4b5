import type { Page, PageRequest } from '@vici/database';
import type { PlacementName } from '../domain/fallback-chain.js';
import type { MerchandisingFields, MerchandisingRule } from '../domain/merchandising.js';

/** Which rules, and from which end. */
export interface RuleFilter {
  readonly kind?: MerchandisingFields['kind'] | undefined;
  /** Those of this placement alone, not those of every placement. */
  readonly placement?: PlacementName | undefined;
  readonly productId?: string | undefined;
  readonly categoryId?: string | undefined;
  /** Part of the note. */
  readonly search?: string | undefined;
  readonly oldestFirst: boolean;
}

/** The rules by which people put products forward. */
export abstract class MerchandisingRepository {
  /** All of them, the newest first. */
  abstract list(): Promise<MerchandisingRule[]>;
  /** Those that match; all of these where no page is asked for. */
  abstract search(filter: RuleFilter, page: PageRequest | undefined): Promise<Page<MerchandisingRule>>;
  /** The rule, locked until the transaction ends. */
  abstract findLocked(id: string): Promise<MerchandisingRule | undefined>;
  abstract add(id: string, fields: MerchandisingFields, now: Date): Promise<MerchandisingRule>;
  abstract replace(id: string, fields: MerchandisingFields, now: Date): Promise<MerchandisingRule>;
  abstract delete(id: string): Promise<void>;
}
