import { Controller } from '@nestjs/common';
import { Placement, type RecommendRequest } from '@vici/proto-gen/recommendation';
import type { RouteInput } from '../routing/define-route.js';
import { Route } from '../routing/route.decorator.js';
import { RecommendationReader } from './recommendation.reader.js';
import * as routes from './recommendations.routes.js';
import { type Recommendations, toRecommendations } from './recommendations.shapes.js';

@Controller()
export class RecommendationsController {
  constructor(private readonly reader: RecommendationReader) {}

  @Route(routes.forUserRoute)
  async forUser({ query }: RouteInput<typeof routes.forUserRoute>): Promise<Recommendations> {
    return await this.answer({ placement: Placement.USER, limit: query.limit ?? 0 });
  }

  @Route(routes.forSessionRoute)
  async forSession({ query }: RouteInput<typeof routes.forSessionRoute>): Promise<Recommendations> {
    return await this.answer({ placement: Placement.SESSION, limit: query.limit ?? 0 });
  }

  @Route(routes.similarRoute)
  async similar({ params, query }: RouteInput<typeof routes.similarRoute>): Promise<Recommendations> {
    const { limit = 0 } = query;
    return await this.answer({ placement: Placement.SIMILAR, productId: params.id, limit });
  }

  @Route(routes.frequentlyBoughtRoute)
  async frequentlyBought({
    params,
    query,
  }: RouteInput<typeof routes.frequentlyBoughtRoute>): Promise<Recommendations> {
    const { limit = 0 } = query;
    return await this.answer({ placement: Placement.FREQUENTLY_BOUGHT, productId: params.id, limit });
  }

  @Route(routes.trendingRoute)
  async trending({ query }: RouteInput<typeof routes.trendingRoute>): Promise<Recommendations> {
    return await this.shopWide(Placement.TRENDING, query);
  }

  @Route(routes.popularRoute)
  async popular({ query }: RouteInput<typeof routes.popularRoute>): Promise<Recommendations> {
    return await this.shopWide(Placement.POPULAR, query);
  }

  @Route(routes.newArrivalsRoute)
  async newArrivals({ query }: RouteInput<typeof routes.newArrivalsRoute>): Promise<Recommendations> {
    return await this.shopWide(Placement.NEW_ARRIVALS, query);
  }

  private async shopWide(
    placement: Placement,
    query: RouteInput<typeof routes.trendingRoute>['query'],
  ): Promise<Recommendations> {
    const categoryId = await this.reader.categoryId(query.category);
    return await this.answer({ placement, limit: query.limit ?? 0, categoryId });
  }

  private async answer(request: Partial<RecommendRequest>): Promise<Recommendations> {
    return toRecommendations(await this.reader.recommend(request));
  }
}
