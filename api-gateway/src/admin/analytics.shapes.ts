import type { Analytics, Dashboard, SearchTerm } from '@vici/proto-gen/event';
import { z } from 'zod';
import { toDecimal } from '../rest/money.js';
import { amount, instant, toInstant } from '../rest/shapes.js';

const count = z.int();

const dashboardFields = z.object({
  totalRevenue: amount.describe(
    'Totals of confirmed orders less what went back; cancelled ones are no revenue.',
  ),
  totalOrders: count.describe('Confirmed and not cancelled.'),
  totalCustomers: count.describe('Who bought in the time.'),
  averageOrderValue: amount,
  topProducts: z.array(
    z.object({
      productId: z.uuid(),
      name: z.string(),
      sales: count.describe('Units.'),
      revenue: amount.describe('Before discount, shipping and tax of the order.'),
    }),
  ),
  salesByCategory: z.array(
    z.object({ category: z.string(), categoryId: z.uuid().optional(), sales: amount, units: count }),
  ),
  revenueOverTime: z.array(
    z.object({
      date: z
        .string()
        .describe('Where the point begins in the time zone: 2026-03-01, of an hour 2026-03-01T14:00.'),
      revenue: amount,
      orders: count,
    }),
  ),
  refunded: amount.describe('Taken off the revenue of the time in which the order was confirmed.'),
  newCustomers: count.describe('Who registered in the time.'),
  currency: z.string(),
  from: instant,
  to: instant,
});

export const dashboardShape = dashboardFields.meta({ id: 'Dashboard' });

const searchTermShape = z.object({
  term: z.string(),
  searches: count,
  withoutResult: count,
});

export const analyticsShape = dashboardFields
  .extend({
    conversionFunnel: z
      .object({
        sessions: count,
        viewed: count,
        addedToCart: count,
        startedCheckout: count,
        purchased: count,
        conversionRate: z.number().describe('Purchased by sessions, 0 to 1.'),
      })
      .describe('Visits (a session on one UTC day) that came to each step.'),
    search: z.object({
      searches: count,
      withoutResult: count,
      topTerms: z.array(searchTermShape),
      zeroResultTerms: z.array(searchTermShape),
    }),
    recommendations: z.object({
      impressions: count,
      clicks: count,
      clickThroughRate: z.number().describe('0 to 1.'),
      addedToCart: count,
      purchases: count.describe('Units bought within a week of a click.'),
      revenue: amount,
      revenueShare: z.number().describe('Of everything bought, 0 to 1.'),
    }),
  })
  .meta({ id: 'Analytics' });

/** @throws Error when a part is missing, which the contract forbids */
export function toDashboard(dashboard: Dashboard): z.output<typeof dashboardShape> {
  return {
    totalRevenue: toDecimal(dashboard.totalRevenue),
    totalOrders: Number(dashboard.totalOrders),
    totalCustomers: Number(dashboard.totalCustomers),
    averageOrderValue: toDecimal(dashboard.averageOrderValue),
    topProducts: dashboard.topProducts.map(({ productId, name, sales, revenue }) => ({
      productId,
      name,
      sales: Number(sales),
      revenue: toDecimal(revenue),
    })),
    salesByCategory: dashboard.salesByCategory.map(({ category, categoryId, sales, units }) => ({
      category,
      categoryId,
      sales: toDecimal(sales),
      units: Number(units),
    })),
    revenueOverTime: dashboard.revenueOverTime.map(({ date, revenue, orders }) => ({
      date,
      revenue: toDecimal(revenue),
      orders: Number(orders),
    })),
    refunded: toDecimal(dashboard.refunded),
    newCustomers: Number(dashboard.newCustomers),
    currency: dashboard.totalRevenue?.currency ?? '',
    from: toInstant(dashboard.from),
    to: toInstant(dashboard.to),
  };
}

/** @throws Error when a part is missing, which the contract forbids */
export function toAnalytics(analytics: Analytics): z.output<typeof analyticsShape> {
  const { dashboard, funnel, recommendations } = analytics;
  if (dashboard === undefined || funnel === undefined || recommendations === undefined) {
    throw new Error('A part of the analytics is missing');
  }
  const sessions = Number(funnel.sessions);
  const purchased = Number(funnel.purchased);
  return {
    ...toDashboard(dashboard),
    conversionFunnel: {
      sessions,
      viewed: Number(funnel.viewed),
      addedToCart: Number(funnel.addedToCart),
      startedCheckout: Number(funnel.startedCheckout),
      purchased,
      conversionRate: sessions === 0 ? 0 : purchased / sessions,
    },
    search: {
      searches: Number(analytics.searches),
      withoutResult: Number(analytics.searchesWithoutResult),
      topTerms: analytics.topSearches.map(toSearchTerm),
      zeroResultTerms: analytics.zeroResultSearches.map(toSearchTerm),
    },
    recommendations: {
      impressions: Number(recommendations.impressions),
      clicks: Number(recommendations.clicks),
      clickThroughRate: recommendations.clickThroughRate,
      addedToCart: Number(recommendations.addedToCart),
      purchases: Number(recommendations.purchases),
      revenue: toDecimal(recommendations.revenue),
      revenueShare: recommendations.revenueShare,
    },
  };
}

function toSearchTerm({ term, searches, withoutResult }: SearchTerm): z.output<typeof searchTermShape> {
  return { term, searches: Number(searches), withoutResult: Number(withoutResult) };
}
