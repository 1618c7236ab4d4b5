import { sql } from '@vici/database';
import type { RawBuilder } from 'kysely';

/**
 * Brings the search documents of the products, and the words they add to the vocabulary, up to date with their
 * content, variants and categories: the function of product_db, which bulk writers call too.
 */
export function refreshSearch(ids: readonly string[]): RawBuilder<unknown> {
  return sql`select refresh_search(${[...ids]}::uuid[])`;
}
