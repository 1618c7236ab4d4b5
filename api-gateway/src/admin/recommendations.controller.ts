import { Controller } from '@nestjs/common';
import {
  MerchandisingServiceDefinition,
  RecommendationServiceDefinition,
} from '@vici/proto-gen/recommendation';
import { type GrpcClient, InjectGrpc } from '@vici/utils';
import type { RouteInput, RouteResult } from '../routing/define-route.js';
import { Route } from '../routing/route.decorator.js';
import * as routes from './recommendations.routes.js';
import { toExperimentArm, toFields, toMerchandisingRule } from './recommendations.shapes.js';

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
  async list(): Promise<RuleAnswer[]> {
    const { rules } = await this.merchandising.listRules({});
    return rules.map(toMerchandisingRule);
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
    const { arms } = await this.recommendations.reportExperiments({});
    return arms.map(toExperimentArm);
  }
}
