import { Controller } from '@nestjs/common';
import {
  MerchandisingServiceDefinition,
  RecommendationServiceDefinition,
} from '@vici/proto-gen/recommendation';
import { type GrpcClient, InjectGrpc } from '@vici/utils';
import type { RouteInput, RouteResult } from '../routing/define-route.js';
import { Route } from '../routing/route.decorator.js';
import { exportOfList } from './list-export.js';
import * as routes from './recommendations.routes.js';
import {
  EXPERIMENT_COLUMNS,
  MERCHANDISING_COLUMNS,
  toExperimentArm,
  toFields,
  toMerchandisingRule,
} from './recommendations.shapes.js';

type Filters = RouteInput<typeof routes.exportMerchandisingRoute>['query'];
type RuleAnswer = ReturnType<typeof toMerchandisingRule>;

@Controller()
export class AdminRecommendationsController {
  constructor(
    @InjectGrpc(MerchandisingServiceDefinition)
    private readonly merchandising: GrpcClient<typeof MerchandisingServiceDefinition>,
    @InjectGrpc(RecommendationServiceDefinition)
    private readonly recommendations: GrpcClient<typeof RecommendationServiceDefinition>,
  ) {}

  @Route(routes.listMerchandisingRoute)
  async list({ query }: RouteInput<typeof routes.listMerchandisingRoute>): Promise<RuleAnswer[]> {
    return await this.matching(query);
  }

  @Route(routes.exportMerchandisingRoute)
  async export({
    query,
  }: RouteInput<typeof routes.exportMerchandisingRoute>): Promise<
    RouteResult<typeof routes.exportMerchandisingRoute>
  > {
    return exportOfList('recommendations.csv', MERCHANDISING_COLUMNS, () => this.matching(query));
  }

  @Route(routes.createMerchandisingRoute)
  async create({ body }: RouteInput<typeof routes.createMerchandisingRoute>): Promise<RuleAnswer> {
    return toMerchandisingRule(await this.merchandising.createRule({ fields: toFields(body) }));
  }

  @Route(routes.replaceMerchandisingRoute)
  async replace({ params, body }: RouteInput<typeof routes.replaceMerchandisingRoute>): Promise<RuleAnswer> {
    return toMerchandisingRule(await this.merchandising.replaceRule({ ...params, fields: toFields(body) }));
  }

  @Route(routes.deleteMerchandisingRoute)
  async delete({ params }: RouteInput<typeof routes.deleteMerchandisingRoute>): Promise<null> {
    await this.merchandising.deleteRule(params);
    return null;
  }

  @Route(routes.experimentsRoute)
  async experiments(): Promise<RouteResult<typeof routes.experimentsRoute>> {
    return await this.arms();
  }

  @Route(routes.exportExperimentsRoute)
  async exportExperiments(): Promise<RouteResult<typeof routes.exportExperimentsRoute>> {
    return exportOfList('experiments.csv', EXPERIMENT_COLUMNS, () => this.arms());
  }

  private async arms() {
    const { arms } = await this.recommendations.reportExperiments({});
    return arms.map(toExperimentArm);
  }

  private async matching({ kind, placement, productId, categoryId, search }: Filters): Promise<RuleAnswer[]> {
    const { rules } = await this.merchandising.listRules({});
    const part = search?.toLowerCase() ?? '';
    return rules
      .map(toMerchandisingRule)
      .filter((rule) => kind === undefined || rule.kind === kind)
      .filter((rule) => placement === undefined || rule.placement === placement)
      .filter((rule) => productId === undefined || rule.productId === productId)
      .filter((rule) => categoryId === undefined || rule.categoryId === categoryId)
      .filter(({ note = '' }) => note.toLowerCase().includes(part));
  }
}
