import { Injectable } from '@nestjs/common';
import { type PageRequest, UnitOfWork } from '@vici/database';
import { AuditTrail, createEvent, EventPublisher } from '@vici/events';
import { currentCaller, Metrics, notFound } from '@vici/utils';
import { isShownReview, type ModerationVerdict } from '../domain/review-status.js';
import {
  type ModeratedReview,
  type ModerationFilter,
  ModerationQueue,
  type ModerationSlice,
} from './moderation-queue.js';
import { reviewCreated } from './review-events.js';

/** One page of reviews in every state. */
export interface ModerationPage extends ModerationSlice {
  readonly total: number;
}

/** Reviews as moderators see and judge them. */
@Injectable()
export class ModerateReviews {
  private readonly verdicts: ReturnType<Metrics['counter']>;

  constructor(
    private readonly queue: ModerationQueue,
    private readonly unitOfWork: UnitOfWork,
    private readonly events: EventPublisher,
    private readonly audit: AuditTrail,
    metrics: Metrics,
  ) {
    this.verdicts = metrics.counter('product_reviews_moderated_total', 'Reviews judged, by verdict', [
      'verdict',
    ]);
    metrics.gauge('product_reviews_waiting', 'Reviews nobody has looked at yet', [], async (gauge) =>
      gauge.set(await this.queue.count({})),
    );
  }

  async list(filter: ModerationFilter, page: PageRequest): Promise<ModerationPage> {
    return { ...(await this.queue.page(filter, page)), total: await this.queue.count(filter) };
  }

  /**
   * Shows a review or hides it; the product's rating follows in the same transaction. The same verdict again changes
   * nothing.
   * @throws DomainError NOT_FOUND
   */
  async judge(
    reviewId: string,
    verdict: ModerationVerdict,
    note: string | undefined,
  ): Promise<ModeratedReview> {
    return await this.unitOfWork.transaction(async () => {
      const before = await this.queue.lock(reviewId);
      if (before === undefined) throw notFound('review', reviewId);
      if (before.status === verdict) return await this.find(reviewId);
      const change = Number(isShownReview(verdict)) - Number(isShownReview(before.status));
      await this.queue.setStatus(reviewId, verdict, note, currentCaller().userId);
      const rating = await this.queue.countRating(before.productId, before.rating, change);
      const { id, productId, userId } = before;
      if (before.status === 'PENDING' && verdict === 'APPROVED')
        await this.events.publish(reviewCreated(before, rating));
      await this.events.publish(
        createEvent('review.moderated', {
          subject: productId,
          data: {
            reviewId: id,
            productId,
            userId,
            status: verdict,
            productRating: rating.rating,
            productReviewCount: rating.reviewCount,
          },
        }),
      );
      await this.audit.record({
        action: 'review.moderate',
        target: { type: 'review', id },
        before: { status: before.status },
        after: { status: verdict },
        ...(note !== undefined && { note }),
      });
      this.verdicts.inc({ verdict });
      return await this.find(id);
    });
  }

  private async find(reviewId: string): Promise<ModeratedReview> {
    const {
      reviews: [review],
    } = await this.queue.page({ id: reviewId }, { page: 1, limit: 1 });
    if (review === undefined) throw notFound('review', reviewId);
    return review;
  }
}
