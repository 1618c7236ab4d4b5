import type { PageRequest } from '@vici/database';
import type { Review, ReviewAuthor, ReviewContent, ReviewSort } from '../domain/review.js';
import type { ReviewStatus } from '../domain/review-status.js';

/** A review to be written. */
export interface NewReview extends ReviewContent {
  readonly id: string;
  readonly productId: string;
  readonly userId: string;
  readonly status: ReviewStatus;
  readonly idempotencyKey: string | undefined;
}

/** What all reviews of a product come to. */
export interface ProductRating {
  /** Average to one decimal. */
  readonly rating: number;
  readonly reviewCount: number;
}

/** Reviews that are shown, their authors and votes. Products that are not shown have no reviews to anybody. */
export abstract class ReviewRepository {
  /** How many reviews a product has; undefined for one that is not shown. */
  abstract count(productId: string): Promise<number | undefined>;
  abstract page(productId: string, sort: ReviewSort, page: PageRequest): Promise<Review[]>;
  abstract find(id: string): Promise<Review | undefined>;
  /** The id of a user's review of a product, if it was made under the key. */
  abstract idOfCall(userId: string, productId: string, idempotencyKey: string): Promise<string | undefined>;
  /** Makes reviews and purchases of a product wait for each other; false for one that is not shown. */
  abstract lockProduct(productId: string): Promise<boolean>;
  /** Remembers name and avatar, unless later ones are known. */
  abstract saveAuthor(author: ReviewAuthor): Promise<void>;
  /** Writes the review, and counts its rating if it is shown; undefined where its author has one of the product. The product has to be locked. */
  abstract add(review: NewReview): Promise<ProductRating | undefined>;
  /** The author's user id, the review locked; undefined for no review of the product or one that is not shown. */
  abstract lockReview(productId: string, reviewId: string): Promise<string | undefined>;
  /** Counts the vote, each user's once; false for one that was counted before. The review has to be locked. */
  abstract addVote(reviewId: string, userId: string): Promise<boolean>;
}
