import { Injectable } from '@nestjs/common';
import {
  type AdminReview,
  type ListAdminReviewsRequest,
  type ListAdminReviewsResponse,
  type ModerateReviewRequest,
  type ReviewModerationServiceDefinition,
  ReviewStatus as StatusMessage,
} from '@vici/proto-gen/product';
import { type GrpcHandlers, invalidField, parseId, requirePermission } from '@vici/utils';
import { ModerateReviews } from '../application/moderate-reviews.js';
import type { ModeratedReview } from '../application/moderation-queue.js';
import { checkedNote, type ReviewStatus } from '../domain/review-status.js';
import { pageInfo, pageOf } from './page.messages.js';
import { toReviewMessage } from './review.messages.js';

const MAX_SEARCH = 200;

const STATUS_MESSAGES: Readonly<Record<ReviewStatus, StatusMessage>> = {
  PENDING: StatusMessage.PENDING,
  PUBLISHED: StatusMessage.PUBLISHED,
  APPROVED: StatusMessage.APPROVED,
  REJECTED: StatusMessage.REJECTED,
};

/** The gRPC API of those who judge reviews. */
@Injectable()
export class ReviewModerationGrpcController
  implements GrpcHandlers<typeof ReviewModerationServiceDefinition>
{
  constructor(private readonly reviews: ModerateReviews) {}

  async listAdminReviews(request: ListAdminReviewsRequest): Promise<ListAdminReviewsResponse> {
    requirePermission('reviews:read');
    const { status, productId, userId, search, newestFirst } = request;
    const page = pageOf(request.page);
    const filter = {
      status: statusOf(status),
      productId: productId === undefined ? undefined : parseId<'Product'>(productId, 'productId'),
      userId: userId === undefined ? undefined : parseId<'User'>(userId, 'userId'),
      search: search?.slice(0, MAX_SEARCH),
      newestFirst,
    };
    const { reviews, total, nextCursor } = await this.reviews.list(filter, page);
    return {
      reviews: reviews.map(toAdminReviewMessage),
      page: pageInfo(page, { total, totalIsEstimate: false, nextCursor }),
    };
  }

  async moderateReview({ reviewId, status, note }: ModerateReviewRequest): Promise<AdminReview> {
    requirePermission('reviews:moderate');
    const verdict = statusOf(status);
    if (verdict !== 'APPROVED' && verdict !== 'REJECTED')
      throw invalidField('status', 'must be APPROVED or REJECTED');
    const id = parseId<'Review'>(reviewId, 'reviewId');
    return toAdminReviewMessage(await this.reviews.judge(id, verdict, checkedNote(note)));
  }
}

function statusOf(status: StatusMessage): ReviewStatus | undefined {
  return (['PENDING', 'PUBLISHED', 'APPROVED', 'REJECTED'] as const).find(
    (name) => STATUS_MESSAGES[name] === status,
  );
}

function toAdminReviewMessage(moderated: ModeratedReview): AdminReview {
  const { status, productName, note, moderatedBy, moderatedAt, ...review } = moderated;
  return {
    review: toReviewMessage(review),
    status: STATUS_MESSAGES[status],
    productName,
    note,
    moderatedBy,
    moderatedAt,
  };
}
