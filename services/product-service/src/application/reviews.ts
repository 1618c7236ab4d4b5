import { Inject, Injectable } from '@nestjs/common';
import { type PageRequest, UnitOfWork } from '@vici/database';
import { EventPublisher } from '@vici/events';
import { CONFIG, checkpoint, DomainError, invalidFields, Metrics, newId, notFound } from '@vici/utils';
import type { Review, ReviewAuthor, ReviewContent, ReviewSort } from '../domain/review.js';
import { isShownReview, type ReviewStatus } from '../domain/review-status.js';
import { PictureCheck } from './picture-check.js';
import { ReviewRepository } from './review.repository.js';
import { reviewCreated } from './review-events.js';

/** One page of the reviews of a product. */
export interface ReviewPage {
  readonly reviews: readonly Review[];
  readonly total: number;
}

/** When a review is looked at: after it is shown, or before. */
export interface ModerationSettings {
  readonly REVIEW_MODERATION: 'after' | 'before';
}

/** Reviews as shoppers read, write and rate them. */
@Injectable()
export class Reviews {
  private readonly firstStatus: ReviewStatus;
  private readonly written: ReturnType<Metrics['counter']>;

  constructor(
    private readonly repository: ReviewRepository,
    private readonly unitOfWork: UnitOfWork,
    private readonly events: EventPublisher,
    private readonly pictures: PictureCheck,
    metrics: Metrics,
    @Inject(CONFIG) config: ModerationSettings,
  ) {
    this.firstStatus = config.REVIEW_MODERATION === 'before' ? 'PENDING' : 'PUBLISHED';
    this.written = metrics.counter('product_reviews_written_total', 'Reviews written, by rating.', [
      'rating',
    ]);
  }

  /** @throws DomainError NOT_FOUND for a product that is not shown */
  async list(productId: string, sort: ReviewSort, page: PageRequest): Promise<ReviewPage> {
    const total = await this.repository.count(productId);
    if (total === undefined) throw notFound('product', productId);
    return { total, reviews: await this.repository.page(productId, sort, page) };
  }

  /**
   * Writes a review. Where it is shown at once, it brings the product's rating up to date and tells the other services.
   * @param idempotencyKey the same call again gives the review it made the first time
   * @throws DomainError NOT_FOUND for a product that is not shown, ALREADY_EXISTS for a second review, VALIDATION_FAILED
   * for a picture that the author did not upload for it
   */
  async create(
    productId: string,
    content: ReviewContent,
    author: ReviewAuthor,
    idempotencyKey: string | undefined,
  ): Promise<Review> {
    const { userId } = author;
    const status = this.firstStatus;
    const review = { ...content, id: newId<'Review'>(), productId, userId, status, idempotencyKey };
    const made = await this.unitOfWork.transaction(async () => {
      if (!(await this.repository.lockProduct(productId))) throw notFound('product', productId);
      const named = content.images.map((address, index) => ({ field: `images[${index}]`, address }));
      const faults = await this.pictures.faultsOf('review', named, userId);
      if (faults.length > 0) throw invalidFields(faults);
      await this.repository.saveAuthor(author);
      const rating = await this.repository.add(review);
      if (rating === undefined) return undefined;
      await checkpoint('product.review-written');
      if (isShownReview(status)) await this.events.publish(reviewCreated(review, rating));
      return await this.repository.find(review.id);
    });
    if (made === undefined) return await this.earlier(userId, productId, idempotencyKey);
    this.written.inc({ rating: content.rating });
    return made;
  }

  /**
   * Counts the user's vote, once however often it is given.
   * @throws DomainError NOT_FOUND, FORBIDDEN for the author
   */
  async markHelpful(userId: string, productId: string, reviewId: string): Promise<Review> {
    return await this.unitOfWork.transaction(async () => {
      const authorId = await this.repository.lockReview(productId, reviewId);
      if (authorId === undefined) throw notFound('review', reviewId);
      if (authorId === userId) throw new DomainError('FORBIDDEN', 'Your own review gets no vote from you.');
      await this.repository.addVote(reviewId, userId);
      return await this.get(reviewId);
    });
  }

  /** Takes what a profile says now for all reviews of its user, written before or after. */
  async recordAuthor(author: ReviewAuthor): Promise<void> {
    await this.repository.saveAuthor(author);
  }

  private async earlier(userId: string, productId: string, key: string | undefined): Promise<Review> {
    const id = key === undefined ? undefined : await this.repository.idOfCall(userId, productId, key);
    if (id === undefined)
      throw new DomainError('ALREADY_EXISTS', 'You have reviewed this product already.', {
        entity: 'review',
        productId,
      });
    return await this.get(id);
  }

  private async get(id: string): Promise<Review> {
    const review = await this.repository.find(id);
    if (review === undefined) throw notFound('review', id);
    return review;
  }
}
