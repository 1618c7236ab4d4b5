import { createEvent, type DomainEvent } from '@vici/events';
import type { ProductRating } from './review.repository.js';

/** The event that tells of a review from the moment it is shown. */
export function reviewCreated(
  review: {
    readonly id: string;
    readonly productId: string;
    readonly userId: string;
    readonly rating: number;
  },
  { rating, reviewCount }: ProductRating,
): DomainEvent<'review.created'> {
  return createEvent('review.created', {
    subject: review.productId,
    data: {
      reviewId: review.id,
      productId: review.productId,
      userId: review.userId,
      rating: review.rating,
      productRating: rating,
      productReviewCount: reviewCount,
    },
  });
}
