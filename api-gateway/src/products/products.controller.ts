import { Controller } from '@nestjs/common';
import { Placement } from '@vici/proto-gen/recommendation';
import { RecommendationReader } from '../recommendations/recommendation.reader.js';
import type { SharedAnswer } from '../routing/answer.js';
import type { RouteInput, RouteResult } from '../routing/define-route.js';
import { Route } from '../routing/route.decorator.js';
import { BehaviourTracker } from '../tracking/behaviour-tracker.js';
import { CatalogueReader } from './catalogue.reader.js';
import { toProduct } from './product.shapes.js';
import * as routes from './products.routes.js';

@Controller()
export class ProductsController {
  constructor(
    private readonly catalogue: CatalogueReader,
    private readonly recommendations: RecommendationReader,
    private readonly tracker: BehaviourTracker,
  ) {}

  @Route(routes.listProductsRoute)
  async list({ query }: RouteInput<typeof routes.listProductsRoute>): Promise<SharedAnswer> {
    return await this.catalogue.list(query);
  }

  @Route(routes.searchProductsRoute)
  async search({ query }: RouteInput<typeof routes.searchProductsRoute>): Promise<SharedAnswer> {
    return await this.catalogue.search(query, ({ total, shows }) => {
      // Turning the page is the same search.
      if ((query.page ?? 1) === 1) {
        this.tracker.track({
          eventType: 'search',
          query: query.q,
          resultsCount: total,
          resultProductIds: shows,
        });
      }
    });
  }

  @Route(routes.suggestRoute)
  async suggest({ query }: RouteInput<typeof routes.suggestRoute>): Promise<SharedAnswer> {
    return await this.catalogue.suggest(query);
  }

  @Route(routes.listCategoriesRoute)
  async categories(): Promise<SharedAnswer> {
    return await this.catalogue.categories();
  }

  @Route(routes.getCategoryRoute)
  async category({ params }: RouteInput<typeof routes.getCategoryRoute>): Promise<SharedAnswer> {
    return await this.catalogue.category(params.id);
  }

  @Route(routes.priceRangeRoute)
  async priceRange({ query }: RouteInput<typeof routes.priceRangeRoute>): Promise<SharedAnswer> {
    return await this.catalogue.priceRange(query.category);
  }

  @Route(routes.recommendedProductsRoute)
  async recommended({
    query,
  }: RouteInput<typeof routes.recommendedProductsRoute>): Promise<
    RouteResult<typeof routes.recommendedProductsRoute>
  > {
    const products = await this.recommendations.productsOrNone({
      placement: Placement.USER,
      limit: query.limit ?? 0,
    });
    return products.map(toProduct);
  }

  @Route(routes.trendingProductsRoute)
  async trending({
    query,
  }: RouteInput<typeof routes.trendingProductsRoute>): Promise<
    RouteResult<typeof routes.trendingProductsRoute>
  > {
    const products = await this.recommendations.productsOrNone({
      placement: Placement.TRENDING,
      limit: query.limit ?? 0,
      categoryId: await this.recommendations.categoryId(query.category),
    });
    return products.map(toProduct);
  }

  @Route(routes.getProductBySlugRoute)
  async productBySlug({ params }: RouteInput<typeof routes.getProductBySlugRoute>): Promise<SharedAnswer> {
    return await this.catalogue.product({ $case: 'slug', value: params.slug });
  }

  @Route(routes.getProductRoute)
  async product({ params }: RouteInput<typeof routes.getProductRoute>): Promise<SharedAnswer> {
    return await this.catalogue.product({ $case: 'id', value: params.id });
  }

  @Route(routes.relatedProductsRoute)
  async related({
    params,
    query,
  }: RouteInput<typeof routes.relatedProductsRoute>): Promise<
    RouteResult<typeof routes.relatedProductsRoute>
  > {
    const products = await this.recommendations.productsOrNone({
      placement: Placement.RELATED,
      productId: params.id,
      limit: query.limit ?? 0,
    });
    return products.map(toProduct);
  }

  @Route(routes.viewProductRoute)
  async view({ params, body }: RouteInput<typeof routes.viewProductRoute>): Promise<void> {
    this.tracker.track({ eventType: 'product_view', productId: params.id, ...body });
  }
}
