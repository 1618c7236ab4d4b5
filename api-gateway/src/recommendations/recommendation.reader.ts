import { Injectable } from '@nestjs/common';
import { type Product, ProductServiceDefinition } from '@vici/proto-gen/product';
import {
  RecommendationServiceDefinition,
  type RecommendRequest,
  type RecommendResponse,
} from '@vici/proto-gen/recommendation';
import {
  ERROR_TABLE,
  type GrpcClient,
  InjectGrpc,
  isDomainError,
  isUuid,
  Logger,
  Metrics,
} from '@vici/utils';
import type { Counter } from 'prom-client';
import { BehaviourTracker } from '../tracking/behaviour-tracker.js';

/** A page with recommendations on it waits for them this long, in milliseconds. */
const PATIENCE_MS = 1000;

/** Recommendations from recommendation-service, firm or, for a page that can do without, empty when it is down. */
@Injectable()
export class RecommendationReader {
  private readonly degraded: Counter<string>;
  private down = false;

  constructor(
    @InjectGrpc(RecommendationServiceDefinition)
    private readonly recommendations: GrpcClient<typeof RecommendationServiceDefinition>,
    @InjectGrpc(ProductServiceDefinition)
    private readonly products: GrpcClient<typeof ProductServiceDefinition>,
    private readonly tracker: BehaviourTracker,
    private readonly logger: Logger,
    metrics: Metrics,
  ) {
    this.degraded = metrics.counter(
      'gateway_recommendations_degraded_total',
      'Answers left empty because recommendations could not be had, by placement.',
      ['placement'],
    );
  }

  async recommend(request: Partial<RecommendRequest>): Promise<RecommendResponse> {
    const answer = await this.recommendations.recommend(request);
    this.noteShown(answer);
    return answer;
  }

  /** Empty instead of a failure of recommendation-service; a refusal (an unknown product) is passed on. */
  async productsOrNone(request: Partial<RecommendRequest>): Promise<Product[]> {
    try {
      const answer = await this.recommendations.recommend(request, { timeoutMs: PATIENCE_MS });
      this.down = false;
      this.noteShown(answer);
      return answer.items.flatMap(({ product }) => (product === undefined ? [] : [product]));
    } catch (error) {
      if (!isDomainError(error) || ERROR_TABLE[error.code].http < 500) {
        throw error;
      }
      this.degraded.inc({ placement: request.placement ?? 'unspecified' });
      if (!this.down) {
        this.down = true;
        this.logger.warn('Recommendations cannot be had; pages go without.', { code: error.code });
      }
      return [];
    }
  }

  /** What was shown is what clicks are measured by. */
  private noteShown({ items, recommendationId, source }: RecommendResponse): void {
    const resultProductIds = items.flatMap(({ product }) => (product === undefined ? [] : [product.id]));
    if (resultProductIds.length === 0 || recommendationId === '') return;
    this.tracker.track({ eventType: 'recommendation_view', recommendationId, source, resultProductIds });
  }

  /** The id of a category given by id or slug. @throws DomainError NOT_FOUND for an unknown slug */
  async categoryId(idOrSlug: string | undefined): Promise<string | undefined> {
    if (idOrSlug === undefined || isUuid(idOrSlug)) {
      return idOrSlug?.toLowerCase();
    }
    const { id } = await this.products.getCategory({ idOrSlug });
    return id;
  }
}
