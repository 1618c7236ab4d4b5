import { useTestRedis } from '@vici/testing';
import { DomainError } from '@vici/utils';
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

  it('is exported by what it is narrowed by', async () => {
    const asked: unknown[] = [];
    upstreams.notificationAdmin.searchDeliveries = async ({ filter, page }) => {
      asked.push([filter?.channel, filter?.template, page?.cursor]);
      const nextCursor = page?.cursor === undefined ? 'second' : undefined;
      return { deliveries: [delivery], page: { page: 1, limit: 100, total: 150n, nextCursor } };
    };
    const { token } = await signIn(redis.client, { role: 'support' });

    const { headers, text } = await call(
      'GET',
      '/admin/notifications/export?channel=email&template=welcome',
      {
        token,
      },
    );

    expect(headers.get('content-disposition')).toContain('notifications.csv');
    const row = `${ORDER_ID},${UPDATED.toISOString()},email,ada@example.com,${ORDER_ID},welcome,Welcome,SENT,1,,,`;
    expect(text.trimEnd().split('\r\n').slice(1)).toEqual([row, row]);
    expect(asked).toEqual([
      ['email', 'welcome', undefined],
      ['email', 'welcome', 'second'],
    ]);
  });

  it('lets administrators alone send a failed message again', async () => {
    const asked: string[] = [];
    upstreams.notificationAdmin.resendDelivery = async ({ id }) => {
      asked.push(id);
      if (asked.length > 1)
        throw new DomainError('INVALID_TRANSITION', 'Only what has failed can be sent again.');
      const log = [{ attempt: 1, outcome: 'FAILED', error: 'SMTP ETIMEDOUT', endedAt: UPDATED }];
      return { ...delivery, status: 'PENDING', log };
    };
    const admin = await signIn(redis.client, { role: 'admin' });
    const support = await signIn(redis.client, { role: 'support' });
    const resend = (token: string) => call('POST', `/admin/notifications/${ORDER_ID}/resend`, { token });

    const [refused, again, sent] = [
      await resend(support.token),
      await resend(admin.token),
      await resend(admin.token),
    ];

    expect(refused.status).toBe(403);
    expect(again.body['data']).toMatchObject({
      status: 'PENDING',
      log: [{ outcome: 'FAILED', error: 'SMTP ETIMEDOUT', endedAt: UPDATED.toISOString() }],
    });
    expect(sent.body['error']).toBe('INVALID_TRANSITION');
    expect(asked).toEqual([ORDER_ID, ORDER_ID]);
  });
});

describe('a report of the mail provider', () => {
  const body = '{ "events": [ {"id":"1","type":"bounce","address":"a@b.c","permanent":true} ] }';

  it('is handed on byte for byte with its signature, and refused when that does not hold', async () => {
    const received: unknown[] = [];
    upstreams.notification.receiveMailReport = async (request) => {
      received.push([Buffer.from(request.body).toString(), request.signature]);
      if (request.signature !== 't=1,v1=ab') throw new DomainError('INVALID_TOKEN', 'No.');
      return {};
    };
    const send = (signature: string, type = 'application/json') =>
      call('POST', '/webhooks/mail', {
        rawBody: body,
        headers: { 'content-type': type, 'x-vici-signature': signature },
      });

    const [taken, forged, text] = [
      await send('t=1,v1=ab'),
      await send('t=1,v1=ff'),
      await send('t=1,v1=ab', 'text/plain'),
    ];

    expect(taken).toMatchObject({ status: 200, body: { data: { received: true } } });
    expect([forged.status, text.status]).toEqual([401, 415]);
    expect(received).toEqual([
      [body, 't=1,v1=ab'],
      [body, 't=1,v1=ff'],
    ]);
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
