import { sql } from '@vici/database';
import type { RawBuilder } from 'kysely';

/** What {@link countRating} gives. */
export interface RatingRow {
  readonly rating: string;
  readonly review_count: number;
}

/**
 * Counts a rating of a product `change` times more: 1, -1, or 0 to read. The product's row must be locked before:
 * its rating stays the exact average of what is counted, to one decimal.
 */
export function countRating(productId: string, rating: number, change: number): RawBuilder<RatingRow> {
  return sql<RatingRow>`
    update products p set
      rating_sum = counted.sum, review_count = counted.count,
      rating = case when counted.count = 0 then 0 else round(counted.sum::numeric / counted.count, 1) end
    from (
      select id, rating_sum + ${rating}::int * ${change}::int as sum, review_count + ${change}::int as count
      from products where id = ${productId}
    ) counted
    where p.id = counted.id
    returning p.rating, p.review_count`;
}
