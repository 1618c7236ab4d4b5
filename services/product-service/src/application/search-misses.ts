import type { PageRequest } from '@vici/database';

/** A search that found nothing. */
export interface SearchMiss {
  readonly query: string;
  readonly count: number;
  readonly firstAt: Date;
  readonly lastAt: Date;
}

/** What shoppers look for in vain: what the shop lacks, or calls by another name. */
export abstract class SearchMisses {
  /** Counts one. Different spellings of one query, by case, accents and signs, are one. */
  abstract record(text: string): Promise<void>;
  /** The most frequent first. */
  abstract list(
    page: PageRequest,
  ): Promise<{ readonly misses: readonly SearchMiss[]; readonly total: number }>;
}
