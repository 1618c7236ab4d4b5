import { sql } from '@vici/database';
import type { Review } from '../domain/review.js';

/** A review with its author. */
export interface ReviewRow {
  readonly id: string;
  readonly product_id: string;
  readonly user_id: string;
  readonly name: string;
  readonly avatar: string | null;
  readonly rating: number;
  readonly title: string;
  readonly comment: string;
  readonly images: readonly string[];
  readonly helpful: number;
  readonly verified: boolean;
  readonly created_at: Date;
}

/** The columns of {@link ReviewRow}, of `reviews r` and `review_authors a`. */
export const REVIEW_COLUMNS = sql`
  r.id, r.product_id, r.user_id, a.name, a.avatar, r.rating, r.title, r.comment, r.images, r.helpful, r.verified,
  r.created_at`;

/** A review from its row. */
export function toReview(row: ReviewRow): Review {
  return {
    id: row.id,
    productId: row.product_id,
    userId: row.user_id,
    userName: row.name,
    userAvatar: row.avatar ?? undefined,
    rating: row.rating,
    title: row.title,
    comment: row.comment,
    images: row.images,
    helpful: row.helpful,
    verified: row.verified,
    createdAt: row.created_at,
  };
}
