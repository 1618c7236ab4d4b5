import { Controller } from '@nestjs/common';
import { type AdminReview, ReviewModerationServiceDefinition, ReviewStatus } from '@vici/proto-gen/product';
import { type GrpcClient, InjectGrpc } from '@vici/utils';
import type { z } from 'zod';
import { toReview } from '../products/review.shapes.js';
import { toInstant, toPage } from '../rest/shapes.js';
import type { RouteInput, RouteResult } from '../routing/define-route.js';
import { Route } from '../routing/route.decorator.js';
import { exportOfPages } from './list-export.js';
import * as routes from './reviews.routes.js';

type ListQuery = RouteInput<typeof routes.listAdminReviewsRoute>['query'];
type Status = (typeof routes.REVIEW_STATUSES)[number];

const STATUS_OF: Readonly<Record<Status, ReviewStatus>> = {
  PENDING: ReviewStatus.PENDING,
  PUBLISHED: ReviewStatus.PUBLISHED,
  APPROVED: ReviewStatus.APPROVED,
  REJECTED: ReviewStatus.REJECTED,
};

@Controller()
export class AdminReviewsController {
  constructor(
    @InjectGrpc(ReviewModerationServiceDefinition)
    private readonly moderation: GrpcClient<typeof ReviewModerationServiceDefinition>,
  ) {}

  @Route(routes.listAdminReviewsRoute)
  async list({
    query,
  }: RouteInput<typeof routes.listAdminReviewsRoute>): Promise<
    RouteResult<typeof routes.listAdminReviewsRoute>
  > {
    return await this.page(query);
  }

  @Route(routes.exportReviewsRoute)
  async export({
    query,
  }: RouteInput<typeof routes.exportReviewsRoute>): Promise<RouteResult<typeof routes.exportReviewsRoute>> {
    return exportOfPages('reviews.csv', routes.REVIEW_COLUMNS, (page) => this.page({ ...query, ...page }));
  }

  @Route(routes.moderateReviewRoute)
  async moderate({
    params,
    body,
  }: RouteInput<typeof routes.moderateReviewRoute>): Promise<RouteResult<typeof routes.moderateReviewRoute>> {
    const { status, note } = body;
    const request = { reviewId: params.id, status: STATUS_OF[status], note: note ?? undefined };
    return toAdminReview(await this.moderation.moderateReview(request));
  }

  private async page(query: ListQuery) {
    const { status, productId, userId, search, sort, page = 0, limit = 0, cursor } = query;
    const found = await this.moderation.listAdminReviews({
      status: status === undefined ? ReviewStatus.UNSPECIFIED : STATUS_OF[status],
      productId,
      userId,
      search,
      newestFirst: sort === 'newest',
      page: { page, limit, cursor },
    });
    return toPage(found.reviews.map(toAdminReview), found.page);
  }
}

function toAdminReview(moderated: AdminReview): z.output<typeof routes.adminReviewShape> {
  const { review, status, productName, note, moderatedBy, moderatedAt } = moderated;
  const name = routes.REVIEW_STATUSES.find((word) => STATUS_OF[word] === status);
  if (review === undefined || name === undefined) throw new Error('A review is missing from an answer');
  return {
    ...toReview(review),
    status: name,
    productName,
    note,
    moderatedBy,
    moderatedAt: moderatedAt && toInstant(moderatedAt),
  };
}
