import { Controller } from '@nestjs/common';
import { type AnalyticsScope, AnalyticsServiceDefinition, Interval } from '@vici/proto-gen/event';
import { type GrpcClient, InjectGrpc } from '@vici/utils';
import type { RouteInput, RouteResult } from '../routing/define-route.js';
import { Route } from '../routing/route.decorator.js';
import * as routes from './analytics.routes.js';
import { toAnalytics, toDashboard } from './analytics.shapes.js';

const STEPS: Readonly<Record<(typeof routes.INTERVALS)[number], Interval>> = {
  hour: Interval.HOUR,
  day: Interval.DAY,
  week: Interval.WEEK,
  month: Interval.MONTH,
};

@Controller()
export class AdminAnalyticsController {
  constructor(
    @InjectGrpc(AnalyticsServiceDefinition)
    private readonly analytics: GrpcClient<typeof AnalyticsServiceDefinition>,
  ) {}

  @Route(routes.dashboardRoute)
  async dashboard({
    query,
  }: RouteInput<typeof routes.dashboardRoute>): Promise<RouteResult<typeof routes.dashboardRoute>> {
    return toDashboard(await this.analytics.getDashboard({ scope: scopeOf(query) }));
  }

  @Route(routes.analyticsRoute)
  async all({
    query,
  }: RouteInput<typeof routes.analyticsRoute>): Promise<RouteResult<typeof routes.analyticsRoute>> {
    return toAnalytics(await this.analytics.getAnalytics({ scope: scopeOf(query) }));
  }
}

function scopeOf(query: RouteInput<typeof routes.dashboardRoute>['query']): Partial<AnalyticsScope> {
  const { from, to, interval, timeZone = '', currency = '', top = 0 } = query;
  return {
    ...(from !== undefined && { from: new Date(from) }),
    ...(to !== undefined && { to: new Date(to) }),
    ...(interval !== undefined && { interval: STEPS[interval] }),
    timeZone,
    currency,
    top,
  };
}
