import { Injectable } from '@nestjs/common';
import {
  type Analytics,
  type AnalyticsServiceDefinition,
  type Dashboard,
  type GetAnalyticsRequest,
  type GetDashboardRequest,
  Interval,
  type RebuildFiguresResponse,
  type AnalyticsScope as ScopeMessage,
} from '@vici/proto-gen/event';
import { type GrpcHandlers, requirePermission, requireRole, roundHalfEven } from '@vici/utils';
import type {
  AnalyticsScope,
  BehaviourReport,
  SalesReport,
  Interval as Step,
} from '../application/analytics/analytics.js';
import { RebuildFigures } from '../application/analytics/rebuild-figures.use-case.js';
import { type FigureRequest, ReportFigures } from '../application/analytics/report-figures.use-case.js';

const STEPS: Readonly<Partial<Record<Interval, Step>>> = {
  [Interval.HOUR]: 'hour',
  [Interval.DAY]: 'day',
  [Interval.WEEK]: 'week',
  [Interval.MONTH]: 'month',
};

/** Figures of the shop for the administration. */
@Injectable()
export class AnalyticsGrpcController implements GrpcHandlers<typeof AnalyticsServiceDefinition> {
  constructor(
    private readonly reporting: ReportFigures,
    private readonly rebuilding: RebuildFigures,
  ) {}

  async getDashboard({ scope }: GetDashboardRequest): Promise<Dashboard> {
    requirePermission('dashboard:read');
    const found = await this.reporting.sales(requestOf(scope));
    return toDashboard(found.scope, found.sales);
  }

  async getAnalytics({ scope }: GetAnalyticsRequest): Promise<Analytics> {
    requirePermission('dashboard:read');
    const found = await this.reporting.all(requestOf(scope));
    return toAnalytics(found.scope, found.sales, found.behaviour);
  }

  async rebuildFigures(): Promise<RebuildFiguresResponse> {
    requireRole('system');
    const { orders, events } = await this.rebuilding.execute();
    return { orders: BigInt(orders), events: BigInt(events) };
  }
}

function requestOf(scope: ScopeMessage | undefined): FigureRequest {
  if (scope === undefined) return {};
  const { from, to, interval, timeZone, currency, top } = scope;
  return { from, to, interval: STEPS[interval], timeZone: timeZone || undefined, currency, top };
}

function toDashboard({ from, to, currency }: AnalyticsScope, sales: SalesReport): Dashboard {
  const money = (minor: bigint) => ({ minor, currency });
  const { orders, revenue } = sales;
  return {
    totalRevenue: money(revenue),
    totalOrders: orders,
    totalCustomers: sales.buyers,
    averageOrderValue: money(orders === 0n ? 0n : roundHalfEven(revenue, orders)),
    topProducts: sales.products.map((product) => ({
      productId: product.productId,
      name: product.name,
      sales: product.units,
      revenue: money(product.revenue),
    })),
    salesByCategory: sales.categories.map(({ name, categoryId, units, revenue: sold }) => ({
      category: name,
      categoryId,
      units,
      sales: money(sold),
    })),
    revenueOverTime: sales.overTime.map((point) => ({
      date: point.date,
      revenue: money(point.revenue),
      orders: point.orders,
    })),
    refunded: money(sales.refunded),
    newCustomers: sales.newCustomers,
    from,
    to,
  };
}

function toAnalytics(scope: AnalyticsScope, sales: SalesReport, behaviour: BehaviourReport): Analytics {
  const { recommendations, searchesWithoutResult, ...rest } = behaviour;
  const { allRevenue, revenue, impressions, clicks, ...effect } = recommendations;
  return {
    dashboard: toDashboard(scope, sales),
    funnel: rest.funnel,
    topSearches: [...rest.topSearches],
    zeroResultSearches: [...rest.zeroResultSearches],
    searches: rest.searches,
    searchesWithoutResult,
    recommendations: {
      ...effect,
      impressions,
      clicks,
      revenue: { minor: revenue, currency: scope.currency },
      revenueShare: share(revenue, allRevenue),
      clickThroughRate: share(clicks, impressions),
    },
  };
}

function share(part: bigint, whole: bigint): number {
  return whole === 0n ? 0 : Number(part) / Number(whole);
}
