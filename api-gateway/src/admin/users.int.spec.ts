import { useTestRedis } from '@vici/testing';
import { currentCaller, DomainError, newId } from '@vici/utils';
import { beforeEach, describe, expect, it } from 'vitest';
import { useGateway } from '../fixtures/gateway.fixture.js';
import { account, CREATED } from '../fixtures/messages.fixture.js';
import { signIn } from '../fixtures/tokens.fixture.js';

const redis = useTestRedis();
const { upstreams, call } = useGateway();

let token = '';
beforeEach(async () => {
  ({ token } = await signIn(redis.client, { role: 'admin' }));
});

const userId = newId();
const CREATED_TEXT = CREATED.toISOString();
const shown = {
  id: userId,
  email: 'ada@example.com',
  name: 'Ada Lovelace',
  firstName: 'Ada',
  lastName: 'Lovelace',
  role: 'support',
  blocked: true,
  twoFactor: false,
  emailVerified: true,
  createdAt: CREATED_TEXT,
  updatedAt: CREATED_TEXT,
};
const supporter = account(userId, { role: 'support', blocked: true });

describe('users, for the administration', () => {
  it('are listed by search, role and block, page by page', async () => {
    let received: unknown;
    upstreams.accountAdmin.listAccounts = async (request) => {
      received = request;
      return { accounts: [supporter], page: { page: 2, limit: 1, total: 3n } };
    };

    const answer = await call(
      'GET',
      '/admin/users?search=ada&role=support&blocked=true&sort=oldest&page=2&limit=1',
      {
        token,
      },
    );

    expect(received).toEqual({
      page: { page: 2, limit: 1 },
      search: 'ada',
      role: 'support',
      blocked: true,
      oldestFirst: true,
    });
    expect(answer.body['data']).toEqual({
      data: [shown],
      pagination: { page: 2, limit: 1, total: 3, totalPages: 3 },
    });
    const bad = await call('GET', '/admin/users?role=root&blocked=maybe&limit=1000', { token });
    expect(bad.body['details']).toMatchObject({
      fields: [{ field: 'limit' }, { field: 'role' }, { field: 'blocked' }],
    });
  });

  it('are shown one by one', async () => {
    upstreams.auth.getAccounts = async ({ userIds }) => ({
      accounts: userIds[0] === userId ? [supporter] : [],
    });

    expect((await call('GET', `/admin/users/${userId}`, { token })).body['data']).toEqual(shown);
    expect((await call('GET', `/admin/users/${newId()}`, { token })).status).toBe(404);
  });

  it('are changed by the fields given, in the name of whoever asks', async () => {
    const received: unknown[] = [];
    upstreams.accountAdmin.updateAccount = async (request) => {
      received.push(request, currentCaller().role);
      return supporter;
    };

    const answer = await call('PATCH', `/admin/users/${userId}`, {
      token,
      body: { role: 'support', blocked: true, note: ' fraud ', email: 'evil@example.com' },
    });
    const bad = await call('PATCH', `/admin/users/${userId}`, {
      token,
      body: { role: 'root', blocked: 'yes' },
    });

    expect(answer.body['data']).toEqual(shown);
    expect(received).toEqual([{ userId, role: 'support', blocked: true, note: 'fraud' }, 'admin']);
    expect(bad.body['details']).toMatchObject({ fields: [{ field: 'role' }, { field: 'blocked' }] });
    upstreams.accountAdmin.updateAccount = async () => {
      throw new DomainError('CONFLICT', 'This is the last administrator; appoint another one first.');
    };
    const last = await call('PATCH', `/admin/users/${userId}`, { token, body: { role: 'customer' } });
    expect([last.status, last.body['error']]).toEqual([409, 'CONFLICT']);
  });

  it('have their second factor turned off, with the reason for the log', async () => {
    const received: unknown[] = [];
    upstreams.accountAdmin.resetTwoFactor = async (request) => {
      received.push(request);
      return supporter;
    };
    const path = `/admin/users/${userId}/two-factor/reset`;

    const answer = await call('POST', path, { token, body: { note: ' lost phone ' } });
    await call('POST', path, { token, body: {} });

    expect([answer.status, answer.body['data']]).toEqual([200, shown]);
    expect(received).toEqual([{ userId, note: 'lost phone' }, { userId }]);
  });

  it('can be signed out, on one device or everywhere', async () => {
    const received: unknown[] = [];
    const sessionId = newId();
    upstreams.accountAdmin.listAccountSessions = async () => ({
      sessions: [
        {
          id: sessionId,
          userAgent: 'Firefox',
          network: '203.0.113.0/24',
          createdAt: CREATED,
          lastSeenAt: CREATED,
          current: false,
        },
      ],
    });
    upstreams.accountAdmin.endAccountSessions = async (request) => {
      received.push(request);
      return { ended: 1 };
    };

    const listed = await call('GET', `/admin/users/${userId}/sessions`, { token });
    const one = await call('DELETE', `/admin/users/${userId}/sessions/${sessionId}`, { token });
    await call('DELETE', `/admin/users/${userId}/sessions`, { token });

    expect(listed.body['data']).toEqual([
      {
        id: sessionId,
        userAgent: 'Firefox',
        network: '203.0.113.0/24',
        createdAt: CREATED_TEXT,
        lastSeenAt: CREATED_TEXT,
        current: false,
      },
    ]);
    expect(one.body['data']).toEqual({ ended: 1 });
    expect(received).toEqual([{ userId, sessionId }, { userId }]);
  });
});

describe('the audit log', () => {
  it('is filtered and shown with what was before and after', async () => {
    let received: unknown;
    const id = newId();
    upstreams.accountAdmin.listAuditEntries = async (request) => {
      received = request;
      return {
        entries: [
          {
            id,
            action: 'account.block',
            actorRole: 'admin',
            actorId: userId,
            targetType: 'account',
            targetId: userId,
            beforeJson: '{"blocked":false}',
            afterJson: '{"blocked":true}',
            network: '203.0.113.0/24',
            requestId: 'r',
            recordedAt: CREATED,
          },
        ],
        page: { page: 1, limit: 20, total: 1n },
      };
    };

    const answer = await call(
      'GET',
      `/admin/audit?action=account&actorId=${userId}&targetType=account&targetId=${userId}&from=2026-03-01T00:00:00Z&to=2026-03-02T01:00:00%2B01:00`,
      { token },
    );

    expect(received).toEqual({
      page: { page: 0, limit: 0 },
      action: 'account',
      oldestFirst: false,
      actorId: userId,
      targetType: 'account',
      targetId: userId,
      from: new Date('2026-03-01T00:00:00Z'),
      to: new Date('2026-03-02T00:00:00Z'),
    });
    expect(answer.body['data']).toEqual({
      data: [
        {
          id,
          action: 'account.block',
          actor: { role: 'admin', userId },
          target: { type: 'account', id: userId },
          before: { blocked: false },
          after: { blocked: true },
          network: '203.0.113.0/24',
          requestId: 'r',
          recordedAt: CREATED_TEXT,
        },
      ],
      pagination: { page: 1, limit: 20, total: 1, totalPages: 1 },
    });
    const bad = await call('GET', '/admin/audit?from=yesterday', { token });
    expect(bad.body['details']).toMatchObject({ fields: [{ field: 'from' }] });
  });
});

describe('who may', () => {
  const paths: [string, string, boolean][] = [
    ['GET', '/admin/users', true],
    ['GET', `/admin/users/${userId}`, true],
    ['GET', `/admin/users/${userId}/sessions`, true],
    ['PATCH', `/admin/users/${userId}`, false],
    ['DELETE', `/admin/users/${userId}/sessions`, false],
    ['POST', `/admin/users/${userId}/two-factor/reset`, false],
    ['DELETE', `/admin/users/${userId}/sessions/${userId}`, false],
    ['GET', '/admin/audit', false],
  ];

  it.each(paths)(
    '%s %s: guests and customers never, support only to read',
    async (method, path, readable) => {
      upstreams.accountAdmin.listAccounts = async () => ({});
      upstreams.accountAdmin.listAccountSessions = async () => ({});
      upstreams.auth.getAccounts = async () => ({ accounts: [supporter] });
      const body = method === 'PATCH' ? { blocked: true } : method === 'POST' ? {} : undefined;
      const statusAs = async (role: string) => {
        const caller = await signIn(redis.client, { role });
        return (await call(method, path, { token: caller.token, body })).status;
      };

      expect((await call(method, path, { body })).status).toBe(401);
      expect(await statusAs('customer')).toBe(403);
      expect(await statusAs('support')).toBe(readable ? 200 : 403);
    },
  );
});
