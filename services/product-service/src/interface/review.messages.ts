import { type Review as ReviewMessage, ReviewSort as SortMessage } from '@vici/proto-gen/product';
import type { Review, ReviewSort } from '../domain/review.js';

const SORTS: Readonly<Partial<Record<SortMessage, ReviewSort>>> = {
  [SortMessage.NEWEST]: 'newest',
  [SortMessage.OLDEST]: 'oldest',
  [SortMessage.RATING_HIGH]: 'rating_high',
  [SortMessage.RATING_LOW]: 'rating_low',
  [SortMessage.HELPFUL]: 'helpful',
};

/** The newest first where the request leaves the order to us. */
export function reviewSortOf(sort: SortMessage): ReviewSort {
  return SORTS[sort] ?? 'newest';
}

export function toReviewMessage({ images, ...review }: Review): ReviewMessage {
  return { ...review, images: [...images] };
}
