import { Controller } from '@nestjs/common';
import { ProductServiceDefinition, ReviewSort } from '@vici/proto-gen/product';
import { type GrpcClient, InjectGrpc } from '@vici/utils';
import { CatalogueCache } from '../catalogue-cache/catalogue-cache.js';
import { toPage } from '../rest/shapes.js';
import { ReadyAnswer, type SharedAnswer } from '../routing/answer.js';
import type { RouteInput, RouteResult } from '../routing/define-route.js';
import { Route } from '../routing/route.decorator.js';
import { UserComposer } from '../users/user.composer.js';
import { publicNameOf, toReview } from './review.shapes.js';
import * as routes from './reviews.routes.js';

const SORT_OF: Readonly<Record<(typeof routes.REVIEW_SORTS)[number], ReviewSort>> = {
  newest: ReviewSort.NEWEST,
  oldest: ReviewSort.OLDEST,
  rating_high: ReviewSort.RATING_HIGH,
  rating_low: ReviewSort.RATING_LOW,
  helpful: ReviewSort.HELPFUL,
};

@Controller()
export class ReviewsController {
  constructor(
    @InjectGrpc(ProductServiceDefinition)
    private readonly products: GrpcClient<typeof ProductServiceDefinition>,
    private readonly users: UserComposer,
    private readonly cache: CatalogueCache,
  ) {}

  @Route(routes.listReviewsRoute)
  async list({ params, query }: RouteInput<typeof routes.listReviewsRoute>): Promise<SharedAnswer> {
    const { sort = 'newest', page = 0, limit = 0 } = query;
    const key = JSON.stringify(['reviews', params.id, sort, page, limit]);
    return await this.cache.shared(key, async () => {
      const request = { productId: params.id, sort: SORT_OF[sort], page: { page, limit } };
      const { reviews, page: info } = await this.products.listReviews(request);
      return { answer: ReadyAnswer.success(toPage(reviews.map(toReview), info)), shows: [params.id] };
    });
  }

  @Route(routes.createReviewRoute)
  async create({
    params,
    body,
  }: RouteInput<typeof routes.createReviewRoute>): Promise<RouteResult<typeof routes.createReviewRoute>> {
    const author = await this.users.current();
    const review = await this.products.createReview({
      ...body,
      productId: params.id,
      userName: publicNameOf(author),
      userAvatar: author.avatar,
      userAsOf: new Date(author.updatedAt),
    });
    return toReview(review);
  }

  @Route(routes.markReviewHelpfulRoute)
  async markHelpful({
    params,
  }: RouteInput<typeof routes.markReviewHelpfulRoute>): Promise<
    RouteResult<typeof routes.markReviewHelpfulRoute>
  > {
    return toReview(
      await this.products.markReviewHelpful({ productId: params.id, reviewId: params.reviewId }),
    );
  }
}
