import { useTestRedis } from '@vici/testing';
import { describe, expect, it } from 'vitest';
import { useGateway } from '../fixtures/gateway.fixture.js';
import { ORDER_ID, UPDATED } from '../fixtures/messages.fixture.js';
import { signIn } from '../fixtures/tokens.fixture.js';

const redis = useTestRedis();
const gateway = useGateway();
const { upstreams, call } = gateway;

const delivery = {
  id: ORDER_ID,
  userId: ORDER_ID,
  channel: 'email',
  recipient: 'ada@example.com',
  template: 'welcome',
  subject: 'Welcome',
  status: 'SENT',
  attempts: 1,
  createdAt: UPDATED,
  log: [],
};

describe('the log of notifications', () => {
  it('is searched by the staff alone', async () => {
    upstreams.notificationAdmin.searchDeliveries = async ({ filter }) => ({
      deliveries: [{ ...delivery, status: filter?.status ?? '' }],
      page: { page: 1, limit: 20, total: 1n },
    });
    const admin = await signIn(redis.client, { role: 'admin' });
    const customer = await signIn(redis.client);

    const found = await call('GET', '/admin/notifications?status=FAILED', { token: admin.token });
    const refused = await call('GET', '/admin/notifications', { token: customer.token });

    expect(found.body['data']).toMatchObject({
      data: [{ recipient: 'ada@example.com', status: 'FAILED' }],
      pagination: { total: 1 },
    });
    expect(refused.status).toBe(403);
  });
});

describe('the end of marketing', () => {
  it('takes the form that mail programs post, without a sign-in', async () => {
    const tokens: string[] = [];
    upstreams.notification.unsubscribe = async ({ token }) => {
      tokens.push(token);
      return {};
    };

    const answer = await call('POST', '/notifications/unsubscribe?token=abc', {
      rawBody: 'List-Unsubscribe=One-Click',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    const page = await fetch(`http://127.0.0.1:${gateway.service.running.httpPort}/unsubscribe?token=a"b`);

    expect([answer.status, tokens]).toEqual([200, ['abc']]);
    expect(await page.text()).toContain('action="/api/notifications/unsubscribe?token=a%22b"');
  });
});
