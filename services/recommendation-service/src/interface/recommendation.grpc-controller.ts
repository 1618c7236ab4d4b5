import { Injectable } from '@nestjs/common';
import { pageInfoOf, requestedPage } from '@vici/database';
import {
  type Basket as BasketMessage,
  type ExperimentArm,
  type ImportBasketsRequest,
  type ImportBasketsResponse,
  type RecommendationServiceDefinition,
  type RecommendRequest,
  type RecommendResponse,
  type ReportExperimentsRequest,
  ReportExperimentsResponse,
} from '@vici/proto-gen/recommendation';
import {
  currentCaller,
  type GrpcHandlers,
  invalidField,
  parseId,
  requirePermission,
  requireRole,
} from '@vici/utils';
import type { Basket } from '../application/basket.repository.js';
import { type ArmReport, Experiments, type OutcomeRate } from '../application/experiments.js';
import { ImportBaskets } from '../application/import-baskets.use-case.js';
import { Recommend } from '../application/recommend.use-case.js';
import type { PlacementName } from '../domain/fallback-chain.js';
import { placementFrom } from './placements.js';

const DEFAULT_LIMIT = 12;
const MAX_LIMIT = 100;
const MAX_BASKETS = 2_000;
const MAX_LINES = 5_000;
const MAX_ID_LENGTH = 200;
const MAX_QUANTITY = 1_000_000;

/** The gRPC API of recommendation-service. */
@Injectable()
export class RecommendationGrpcController implements GrpcHandlers<typeof RecommendationServiceDefinition> {
  constructor(
    private readonly recommendations: Recommend,
    private readonly history: ImportBaskets,
    private readonly experiments: Experiments,
  ) {}

  async recommend(request: RecommendRequest): Promise<RecommendResponse> {
    const placement = placementFrom(request.placement);
    if (placement === undefined) throw invalidField('placement', 'is required');
    const { userId, shopperSessionId } = currentCaller();
    const { id, items, source } = await this.recommendations.execute({
      placement,
      limit: limitOf(request.limit),
      userId,
      sessionId: shopperSessionId,
      productId: productOf(placement, request.productId),
      categoryId: request.categoryId === undefined ? undefined : parseId(request.categoryId, 'category_id'),
    });
    return { recommendationId: id, source, items: items.map((item) => ({ ...item })) };
  }

  async importBaskets({ baskets, rebuild }: ImportBasketsRequest): Promise<ImportBasketsResponse> {
    requireRole('system');
    if (baskets.length > MAX_BASKETS) throw invalidField('baskets', `must be at most ${MAX_BASKETS}`);
    const { imported, known } = await this.history.execute(baskets.map(toBasket), rebuild);
    return { imported, known };
  }

  async reportExperiments(request: ReportExperimentsRequest): Promise<ReportExperimentsResponse> {
    requirePermission('experiments:read');
    const { search, running, mostServedFirst } = request;
    const page = request.page === undefined ? undefined : requestedPage(request.page);
    const found = await this.experiments.report({ search, running, mostServedFirst }, page);
    return { arms: found.items.map(toArm), page: page === undefined ? undefined : pageInfoOf(found) };
  }
}

const toRate = ({ answers, ...rate }: OutcomeRate) => ({ answers: BigInt(answers), ...rate });

function toArm({ served, clicked, addedToCart, purchased, ...arm }: ArmReport): ExperimentArm {
  return {
    ...arm,
    served: BigInt(served),
    clicked: toRate(clicked),
    addedToCart: toRate(addedToCart),
    purchased: toRate(purchased),
  };
}

function limitOf(limit: number): number {
  if (limit < 0 || limit > MAX_LIMIT) throw invalidField('limit', `must be 1 to ${MAX_LIMIT}`);
  return limit === 0 ? DEFAULT_LIMIT : limit;
}

function productOf(placement: PlacementName, productId: string | undefined): string | undefined {
  if (productId !== undefined) return parseId(productId, 'product_id');
  if (placement === 'similar' || placement === 'frequently_bought' || placement === 'related') {
    throw invalidField('product_id', 'is required for this placement');
  }
  return undefined;
}

function toBasket({ id, boughtAt, customer, lines }: BasketMessage, place: number): Basket {
  const field = (name: string) => `baskets[${place}].${name}`;
  if (id === '' || id.length > MAX_ID_LENGTH) {
    throw invalidField(field('id'), `must have 1 to ${MAX_ID_LENGTH} characters`);
  }
  if (boughtAt === undefined) throw invalidField(field('bought_at'), 'is required');
  if (lines.length === 0 || lines.length > MAX_LINES) {
    throw invalidField(field('lines'), `must be 1 to ${MAX_LINES}`);
  }
  return {
    id,
    boughtAt,
    ...(customer !== undefined && { customer }),
    lines: lines.map(({ productId, quantity }, line) => {
      if (quantity < 1 || quantity > MAX_QUANTITY) {
        throw invalidField(field(`lines[${line}].quantity`), `must be 1 to ${MAX_QUANTITY}`);
      }
      return { productId: parseId(productId, field(`lines[${line}].product_id`)), quantity };
    }),
  };
}
