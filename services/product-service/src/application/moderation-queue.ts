import type { PageRequest } from '@vici/database';
import type { Review } from '../domain/review.js';
import type { ModerationVerdict, ReviewStatus } from '../domain/review-status.js';
import type { ProductRating } from './review.repository.js';

/** A review with what moderators know of it. */
export interface ModeratedReview extends Review {
  readonly status: ReviewStatus;
  readonly productName: string;
  readonly note: string | undefined;
  readonly moderatedBy: string | undefined;
  readonly moderatedAt: Date | undefined;
}

/** Which reviews; every condition given must hold. Without a status and an id: those nobody has looked at. */
export interface ModerationFilter {
  readonly id?: string | undefined;
  readonly status?: ReviewStatus | undefined;
  readonly productId?: string | undefined;
  readonly userId?: string | undefined;
  /** Part of the title, the comment or the product's name. */
  readonly search?: string | undefined;
  readonly newestFirst?: boolean;
}

/** Some of the reviews, and where the next ones begin. */
export interface ModerationSlice {
  readonly reviews: readonly ModeratedReview[];
  readonly nextCursor: string | undefined;
}

/** A review whose verdict is being changed; it and its product are locked. */
export interface JudgedReview {
  readonly id: string;
  readonly productId: string;
  readonly userId: string;
  readonly rating: number;
  readonly status: ReviewStatus;
}

/** Reviews in every state, of products that are shown or not. */
export abstract class ModerationQueue {
  /** The longest waiting first, unless told otherwise. */
  abstract page(filter: ModerationFilter, page: PageRequest): Promise<ModerationSlice>;
  abstract count(filter: ModerationFilter): Promise<number>;
  /** The review, locked like those who write reviews of its product lock; undefined for none. */
  abstract lock(reviewId: string): Promise<JudgedReview | undefined>;
  abstract setStatus(
    reviewId: string,
    verdict: ModerationVerdict,
    note: string | undefined,
    moderator: string | undefined,
  ): Promise<void>;
  /** Counts a rating once more (1), once less (-1) or as before (0); the product has to be locked. */
  abstract countRating(productId: string, rating: number, change: number): Promise<ProductRating>;
}
