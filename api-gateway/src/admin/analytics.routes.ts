import { z } from 'zod';
import { choice, instantOfQuery, queryString, wholeNumber } from '../rest/fields.js';
import { defineRoute } from '../routing/define-route.js';
import { analyticsShape, dashboardShape } from './analytics.shapes.js';

export const INTERVALS = ['hour', 'day', 'week', 'month'] as const;

const shared = {
  method: 'GET',
  auth: 'admin',
  permission: 'dashboard:read',
  tags: ['Administration: figures'],
  query: z.object({
    from: instantOfQuery.describe(
      'Inclusive, cut to a quarter of an hour; 30 days before `to` where it is missing.',
    ),
    to: instantOfQuery.describe('Exclusive, cut likewise; now where it is missing.'),
    interval: choice(INTERVALS).describe(
      'Length of a point of `revenueOverTime`; `day` where it is missing.',
    ),
    timeZone: queryString(64).describe('IANA name, e.g. Asia/Ho_Chi_Minh; UTC where it is missing.'),
    currency: queryString(3).describe("ISO 4217; the shop's where it is missing."),
    top: wholeNumber(1, 100).describe('Entries of each ranking; 10 where it is missing.'),
  }),
} as const;

export const dashboardRoute = defineRoute({
  ...shared,
  path: '/admin/dashboard',
  summary: 'Revenue, orders, customers and what sells best',
  response: dashboardShape,
});

export const analyticsRoute = defineRoute({
  ...shared,
  path: '/admin/analytics',
  summary: 'The dashboard with conversion, searches and the effect of recommendations',
  response: analyticsShape,
});
