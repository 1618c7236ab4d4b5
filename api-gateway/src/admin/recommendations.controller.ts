import { Controller } from '@nestjs/common';
import {
  MerchandisingKind,
  MerchandisingServiceDefinition,
  Placement,
  RecommendationServiceDefinition,
} from '@vici/proto-gen/recommendation';
import { type GrpcClient, InjectGrpc } from '@vici/utils';
import { askedPage, toPage } from '../rest/shapes.js';
import type { RouteInput, RouteResult } from '../routing/define-route.js';
import { Route } from '../routing/route.decorator.js';
import { exportOfPages } from './list-export.js';
import * as routes from './recommendations.routes.js';
import {
  EXPERIMENT_COLUMNS,
  MERCHANDISING_COLUMNS,
  toExperimentArm,
  toFields,
  toMerchandisingRule,
} from './recommendations.shapes.js';

type RulesQuery = RouteInput<typeof routes.listMerchandisingRoute>['query'];
type ArmsQuery = RouteInput<typeof routes.experimentsRoute>['query'];
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
  async list({
    query,
  }: RouteInput<typeof routes.listMerchandisingRoute>): Promise<
    RouteResult<typeof routes.listMerchandisingRoute>
  > {
    const { data, pagination } = await this.rules(query);
    return askedPage(query) === undefined ? data : { data, pagination };
  }

  @Route(routes.exportMerchandisingRoute)
  async export({
    query,
  }: RouteInput<typeof routes.exportMerchandisingRoute>): Promise<
    RouteResult<typeof routes.exportMerchandisingRoute>
  > {
    return exportOfPages('recommendations.csv', MERCHANDISING_COLUMNS, (page) =>
      this.rules({ ...query, ...page }),
    );
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
  async experiments({
    query,
  }: RouteInput<typeof routes.experimentsRoute>): Promise<RouteResult<typeof routes.experimentsRoute>> {
    const { data, pagination } = await this.arms(query);
    return askedPage(query) === undefined ? data : { data, pagination };
  }

  @Route(routes.exportExperimentsRoute)
  async exportExperiments({
    query,
  }: RouteInput<typeof routes.exportExperimentsRoute>): Promise<
    RouteResult<typeof routes.exportExperimentsRoute>
  > {
    return exportOfPages('experiments.csv', EXPERIMENT_COLUMNS, (page) => this.arms({ ...query, ...page }));
  }

  private async arms(query: ArmsQuery) {
    const { search, running, sort } = query;
    const found = await this.recommendations.reportExperiments({
      search,
      running,
      mostServedFirst: sort === 'served',
      page: askedPage(query),
    });
    return toPage(found.arms.map(toExperimentArm), found.page);
  }

  private async rules(query: RulesQuery) {
    const { kind, placement, productId, categoryId, search, sort } = query;
    const found = await this.merchandising.listRules({
      kind: kind === undefined ? MerchandisingKind.UNSPECIFIED : MerchandisingKind[kind],
      placement: placement === undefined ? Placement.UNSPECIFIED : Placement[placement],
      productId,
      categoryId,
      search,
      oldestFirst: sort === 'oldest',
      page: askedPage(query),
    });
    return toPage(found.rules.map(toMerchandisingRule), found.page);
  }
}
