import type { AnalyticsScope, Dashboard } from '@vici/proto-gen/event';
import { Interval } from '@vici/proto-gen/event';
import { useTestRedis } from '@vici/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { useGateway } from '../fixtures/gateway.fixture.js';
import { PRODUCT_ID, usd } from '../fixtures/messages.fixture.js';
import { signIn } from '../fixtures/tokens.fixture.js';

const redis = useTestRedis();
const { upstreams, call } = useGateway();
let token = '';
beforeEach(async () => {
  ({ token } = await signIn(redis.client, { role: 'admin' }));
});

const [from, to] = [new Date('2026-03-01T00:00:00.000Z'), new Date('2026-04-01T00:00:00.000Z')];
const dashboard: Dashboard = {
  totalRevenue: usd(123_456n),
  totalOrders: 12n,
  totalCustomers: 9n,
  averageOrderValue: usd(10_288n),
  topProducts: [{ productId: PRODUCT_ID, name: 'Lamp', sales: 5n, revenue: usd(9_999n) }],
  salesByCategory: [{ category: 'Lighting', categoryId: undefined, sales: usd(9_999n), units: 5n }],
  revenueOverTime: [{ date: '2026-03-01', revenue: usd(123_456n), orders: 12n }],
  refunded: usd(500n),
  newCustomers: 3n,
  from,
  to,
};
const shown = {
  totalRevenue: 1234.56,
  totalOrders: 12,
  totalCustomers: 9,
  averageOrderValue: 102.88,
  topProducts: [{ productId: PRODUCT_ID, name: 'Lamp', sales: 5, revenue: 99.99 }],
  salesByCategory: [{ category: 'Lighting', sales: 99.99, units: 5 }],
  revenueOverTime: [{ date: '2026-03-01', revenue: 1234.56, orders: 12 }],
  refunded: 5,
  newCustomers: 3,
  currency: 'USD',
  from: from.toISOString(),
  to: to.toISOString(),
};

describe('the figures of the shop', () => {
  it('are shown in major units, for the time and in the steps asked for', async () => {
    let asked: AnalyticsScope | undefined;
    upstreams.analytics.getDashboard = async ({ scope }) => {
      asked = scope;
      return dashboard;
    };
    const query = `from=${from.toISOString()}&to=${to.toISOString()}&interval=week&timeZone=Asia/Ho_Chi_Minh&top=5`;
    const answer = await call('GET', `/admin/dashboard?${query}`, { token });
    expect([answer.status, answer.body['data']]).toEqual([200, shown]);
    expect(asked).toEqual({
      from,
      to,
      interval: Interval.WEEK,
      timeZone: 'Asia/Ho_Chi_Minh',
      currency: '',
      top: 5,
    });
  });

  it('come with conversion, searches and the effect of recommendations in analytics', async () => {
    const term = { term: 'mug', searches: 4n, withoutResult: 1n };
    upstreams.analytics.getAnalytics = async () => ({
      dashboard,
      funnel: { sessions: 200n, viewed: 150n, addedToCart: 40n, startedCheckout: 20n, purchased: 10n },
      topSearches: [term],
      zeroResultSearches: [term],
      searches: 30n,
      searchesWithoutResult: 2n,
      recommendations: {
        impressions: 100n,
        clicks: 7n,
        addedToCart: 3n,
        purchases: 2n,
        revenue: usd(1_250n),
        revenueShare: 0.25,
        clickThroughRate: 0.07,
      },
    });
    const { body } = await call('GET', '/admin/analytics', { token });
    const shownTerm = { term: 'mug', searches: 4, withoutResult: 1 };
    expect(body['data']).toEqual({
      ...shown,
      conversionFunnel: {
        sessions: 200,
        viewed: 150,
        addedToCart: 40,
        startedCheckout: 20,
        purchased: 10,
        conversionRate: 0.05,
      },
      search: { searches: 30, withoutResult: 2, topTerms: [shownTerm], zeroResultTerms: [shownTerm] },
      recommendations: {
        impressions: 100,
        clicks: 7,
        clickThroughRate: 0.07,
        addedToCart: 3,
        purchases: 2,
        revenue: 12.5,
        revenueShare: 0.25,
      },
    });
  });

  it('are for administrators, and refuse what is no time or interval', async () => {
    const shopper = await signIn(redis.client, { role: 'customer' });
    expect((await call('GET', '/admin/dashboard', { token: shopper.token })).status).toBe(403);
    expect((await call('GET', '/admin/analytics')).status).toBe(401);
    const refused = await call('GET', '/admin/dashboard?from=yesterday&interval=decade', { token });
    expect(refused.body['details']).toEqual({
      fields: [
        expect.objectContaining({ field: 'from' }),
        { field: 'interval', message: 'must be one of hour, day, week, month' },
      ],
    });
  });
});

describe('the archive of events', () => {
  const event = {
    id: PRODUCT_ID,
    eventType: 'search',
    sessionId: 's',
    occurredAt: from,
    receivedAt: to,
    dataJson: '{"query":"mug"}',
    clientNetwork: '203.0.113.0/24',
    userAgent: 'Chrome on Android',
    bot: false,
  };

  it('is listed by cursor and exported to its end as CSV', async () => {
    upstreams.eventAdmin.listEvents = async ({ cursor }) =>
      cursor === undefined ? { events: [event], nextCursor: 'second' } : { events: [event] };
    const listed = await call('GET', '/admin/events?eventType=search&limit=1', { token });
    expect(listed.body['data']).toEqual({
      events: [
        {
          id: PRODUCT_ID,
          eventType: 'search',
          sessionId: 's',
          occurredAt: from.toISOString(),
          receivedAt: to.toISOString(),
          bot: false,
          clientNetwork: '203.0.113.0/24',
          userAgent: 'Chrome on Android',
          data: { query: 'mug' },
        },
      ],
      nextCursor: 'second',
    });
    const exported = await call('GET', '/admin/events/export', { token });
    expect(exported.headers.get('content-disposition')).toContain('events.csv');
    expect(exported.text.split('\r\n')).toHaveLength(4);
  });

  it('is sent to a topic again page by page', async () => {
    let asked: unknown;
    upstreams.eventAdmin.replayEvents = async (request) => {
      asked = request;
      return { sent: 2, nextCursor: 'next' };
    };
    const body = {
      from: from.toISOString(),
      to: to.toISOString(),
      topic: 'user-events',
      limit: 2,
      cursor: 'here',
    };
    const answer = await call('POST', '/admin/events/replay', { token, body });
    expect([answer.status, answer.body['data']]).toEqual([200, { sent: 2, nextCursor: 'next' }]);
    expect(asked).toEqual({
      range: { from, to, eventTypes: [], limit: 2, cursor: 'here' },
      topic: 'user-events',
    });
  });
});
