import { useTestRedis } from '@vici/testing';
import { currentCaller, DomainError, newId, notFound } from '@vici/utils';
import { beforeEach, describe, expect, it } from 'vitest';
import { useGateway } from '../fixtures/gateway.fixture.js';
import { account } from '../fixtures/messages.fixture.js';
import { signIn } from '../fixtures/tokens.fixture.js';

const redis = useTestRedis();
const { upstreams, call } = useGateway();

let token = '';
let userId = '';
let sessionId = '';

beforeEach(async () => {
  ({ token, userId, sessionId } = await signIn(redis.client));
});

/** A handler that notes what it was asked. */
function answering<T>(answer: T) {
  const received: unknown[] = [];
  const handler = async (request: unknown) => {
    received.push(request);
    return answer;
  };
  return { received, handler };
}

const DONE = { success: true, data: null };

describe('signing in', () => {
  const tokens = { accessToken: 'access', refreshToken: 'refresh', expiresIn: 900 };
  const credentials = { email: 'ada@example.com', password: 'difference engine' };

  it('is remembered when the shopper wants to be, and not unless told', async () => {
    const { received, handler } = answering({ account: account(userId), ...tokens });
    upstreams.auth.login = handler;
    upstreams.user.getProfile = async () => {
      throw new DomainError('SERVICE_UNAVAILABLE', 'down');
    };

    await call('POST', '/auth/login', { body: { ...credentials, remember: true } });
    await call('POST', '/auth/login', { body: credentials });
    const refused = await call('POST', '/auth/login', { body: { ...credentials, remember: 'yes' } });

    expect(received).toEqual([
      expect.objectContaining({ ...credentials, remember: true }),
      expect.objectContaining({ ...credentials, remember: false }),
    ]);
    expect(refused.status).toBe(400);
  });
});

describe('a forgotten password', () => {
  it('has a link sent, with nothing in the answer but that', async () => {
    const { received, handler } = answering({});
    upstreams.auth.requestPasswordReset = handler;

    const answer = await call('POST', '/auth/forgot-password', { body: { email: ' ada@example.com ' } });

    expect([answer.status, answer.body]).toEqual([200, DONE]);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(received).toEqual([{ email: 'ada@example.com' }]);
  });

  it('tells how long to wait when links were asked for too often', async () => {
    upstreams.auth.requestPasswordReset = async () => {
      throw new DomainError('RATE_LIMITED', 'Too many.', { retryAfterSeconds: 900 });
    };

    const answer = await call('POST', '/auth/forgot-password', { body: { email: 'ada@example.com' } });

    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '900']);
  });

  it('is replaced with the token of the link', async () => {
    const { received, handler } = answering({});
    upstreams.auth.resetPassword = handler;

    const answer = await call('POST', '/auth/reset-password', { body: { token: 't', password: ' p w ' } });

    expect([answer.status, answer.body]).toEqual([200, DONE]);
    expect(received).toEqual([{ token: 't', password: ' p w ' }]);
  });

  it('is not replaced with a used link', async () => {
    upstreams.auth.resetPassword = async () => {
      throw new DomainError('INVALID_TOKEN', 'This link is no longer valid.');
    };

    const answer = await call('POST', '/auth/reset-password', { body: { token: 't', password: 'p' } });

    expect([answer.status, answer.body]).toMatchObject([401, { error: 'INVALID_TOKEN' }]);
  });

  it('is not asked about with bad input', async () => {
    const { received, handler } = answering({});
    upstreams.auth.requestPasswordReset = handler;
    upstreams.auth.resetPassword = handler;

    for (const body of [{}, { email: 'nobody' }, { email: 7 }]) {
      expect((await call('POST', '/auth/forgot-password', { body })).status).toBe(400);
    }
    for (const body of [
      {},
      { token: 't' },
      { token: '', password: 'p' },
      { token: 't', password: 'p'.repeat(129) },
    ]) {
      expect((await call('POST', '/auth/reset-password', { body })).status).toBe(400);
    }

    expect(received).toEqual([]);
  });
});

describe('changing the password', () => {
  const body = { currentPassword: 'difference engine', newPassword: 'analytical engine' };

  it('is done for the session that asks', async () => {
    let caller: unknown;
    let received: unknown;
    upstreams.auth.changePassword = async (request) => {
      caller = currentCaller();
      received = request;
      return {};
    };

    const answer = await call('POST', '/auth/change-password', { token, body });

    expect([answer.status, answer.body]).toEqual([200, DONE]);
    expect(received).toEqual(body);
    expect(caller).toMatchObject({ userId, authSessionId: sessionId });
  });

  it('is refused to guests and with bad input', async () => {
    const { received, handler } = answering({});
    upstreams.auth.changePassword = handler;

    expect((await call('POST', '/auth/change-password', { body })).status).toBe(401);
    const half = await call('POST', '/auth/change-password', { token, body: { newPassword: 'x' } });

    expect(half.status).toBe(400);
    expect(received).toEqual([]);
  });
});

describe('sessions', () => {
  it('are listed', async () => {
    const session = {
      id: sessionId,
      userAgent: 'Firefox',
      network: '203.0.113.0/24',
      createdAt: new Date('2026-03-01T10:00:00Z'),
      lastSeenAt: new Date('2026-03-02T10:00:00Z'),
      current: true,
    };
    upstreams.auth.listSessions = async () => ({ sessions: [session] });

    const answer = await call('GET', '/auth/sessions', { token });

    expect(answer.body['data']).toEqual([
      { ...session, createdAt: '2026-03-01T10:00:00.000Z', lastSeenAt: '2026-03-02T10:00:00.000Z' },
    ]);
    expect((await call('GET', '/auth/sessions')).status).toBe(401);
  });

  it('are ended one by one', async () => {
    const { received, handler } = answering({});
    upstreams.auth.endSession = handler;
    const lost = newId();

    const answer = await call('DELETE', `/auth/sessions/${lost}`, { token });

    expect([answer.status, answer.body]).toEqual([200, DONE]);
    expect((await call('DELETE', '/auth/sessions/mine', { token })).status).toBe(400);
    expect((await call('DELETE', `/auth/sessions/${lost}`)).status).toBe(401);
    expect(received).toEqual([{ sessionId: lost }]);
  });

  it('of others cannot be found', async () => {
    upstreams.auth.endSession = async ({ sessionId: id }) => {
      throw notFound('Session', id ?? '');
    };

    const answer = await call('DELETE', `/auth/sessions/${newId()}`, { token });

    expect([answer.status, answer.body]).toMatchObject([404, { error: 'NOT_FOUND' }]);
  });
});

describe('the second factor', () => {
  const tokens = { accessToken: 'access', refreshToken: 'refresh', expiresIn: 900 };
  const later = {
    account: undefined,
    accessToken: '',
    refreshToken: '',
    expiresIn: 0,
    challenge: { challenge: 'proof', expiresIn: 300 },
  };

  it('answers the password with a challenge, and challenge and code with the tokens', async () => {
    const { received, handler } = answering({ account: account(userId), ...tokens });
    upstreams.auth.login = async () => later;
    upstreams.twoFactor.completeLogin = handler;
    upstreams.user.getProfile = async () => {
      throw new DomainError('SERVICE_UNAVAILABLE', 'down');
    };

    const asked = await call('POST', '/auth/login', { body: { email: 'ada@example.com', password: 'p w' } });
    const done = await call('POST', '/auth/login/two-factor', {
      body: { challenge: 'proof', code: ' 123 456 ' },
    });

    expect([asked.status, asked.body['data']]).toEqual([
      200,
      { twoFactorRequired: true, challenge: 'proof', expiresIn: 300 },
    ]);
    expect(received).toEqual([{ challenge: 'proof', code: '123 456' }]);
    expect(done.body['data']).toMatchObject({ user: { id: userId }, ...tokens });
    const empty = await call('POST', '/auth/login/two-factor', { body: {} });
    expect(empty.body['details']).toMatchObject({ fields: [{ field: 'challenge' }, { field: 'code' }] });
  });

  it('is set up, looked at and turned off by its owner alone', async () => {
    const codes = { recoveryCodes: ['AAAA-BBBB-CCCC-DDDD'] };
    const enrolment = { secret: 'S', otpauthUri: 'otpauth://totp/Vici', qrCode: 'data:image/png;base64,' };
    upstreams.twoFactor.enrolTwoFactor = async () => enrolment;
    upstreams.twoFactor.confirmTwoFactor = async () => codes;
    upstreams.twoFactor.replaceRecoveryCodes = async () => codes;
    upstreams.twoFactor.disableTwoFactor = async () => ({});
    upstreams.twoFactor.getTwoFactor = async () => ({
      enabled: true,
      enabledAt: new Date('2026-03-01T10:00:00Z'),
      recoveryCodesLeft: 9,
    });
    const both = { password: 'p w', code: '123456' };
    const calls: [string, string, object | undefined, unknown][] = [
      ['POST', '/auth/two-factor', { password: 'p w' }, enrolment],
      ['POST', '/auth/two-factor/confirm', { code: '123456' }, codes],
      ['POST', '/auth/two-factor/recovery-codes', both, codes],
      ['POST', '/auth/two-factor/disable', both, null],
      [
        'GET',
        '/auth/two-factor',
        undefined,
        { enabled: true, enabledAt: '2026-03-01T10:00:00.000Z', recoveryCodesLeft: 9 },
      ],
    ];

    for (const [method, path, body, data] of calls) {
      const answer = await call(method, path, { token, body });
      expect([path, answer.status, answer.body['data']]).toEqual([path, 200, data]);
      expect((await call(method, path, { body })).status).toBe(401);
      if (body !== undefined) expect((await call(method, path, { token, body: {} })).status).toBe(400);
    }
  });
});

describe('an account elsewhere', () => {
  it('is offered, begun with and signed in with, for the cart of this visit', async () => {
    const started = { authorizationUrl: 'https://idp.example/auth?x=1', flow: 'proof', expiresIn: 600 };
    const begun = answering(started);
    const completed = answering({
      account: account(userId),
      accessToken: 'access',
      refreshToken: 'refresh',
      expiresIn: 900,
    });
    upstreams.oidc.listOidcProviders = async () => ({ providers: [{ id: 'google', name: 'Google' }] });
    upstreams.oidc.beginOidcLogin = begun.handler;
    upstreams.oidc.completeOidcLogin = completed.handler;
    upstreams.user.getProfile = async () => {
      throw new DomainError('SERVICE_UNAVAILABLE', 'down');
    };
    const visit = newId();

    const offered = await call('GET', '/auth/oidc/providers');
    const start = await call('POST', '/auth/oidc/google/start', { body: { remember: true } });
    const back = await call('POST', '/auth/oidc/callback', {
      body: { flow: 'proof', code: 'c', state: 's', iss: 'https://idp.example' },
      headers: { 'x-session-id': visit },
    });

    expect(offered.body['data']).toEqual([{ id: 'google', name: 'Google' }]);
    expect(begun.received).toEqual([{ provider: 'google', remember: true }]);
    expect(start.body['data']).toEqual(started);
    expect(completed.received).toEqual([
      { flow: 'proof', code: 'c', state: 's', iss: 'https://idp.example', shopperSessionId: visit },
    ]);
    expect(back.body['data']).toMatchObject({ user: { id: userId }, accessToken: 'access' });
    const empty = await call('POST', '/auth/oidc/callback', { body: {} });
    expect(empty.body['details']).toMatchObject({
      fields: [{ field: 'flow' }, { field: 'code' }, { field: 'state' }],
    });
  });
});

describe('the accounts elsewhere of the user', () => {
  it('are listed, one that is not offered any more by its issuer, and unlinked one by one', async () => {
    const [id, former] = [newId(), newId()];
    const linkedAt = new Date('2026-03-01T10:00:00Z');
    const unlinked = answering({});
    upstreams.oidc.listIdentities = async () => ({
      identities: [
        { id, provider: { id: 'google', name: 'Google' }, issuer: 'https://accounts.google.com', linkedAt },
        { id: former, issuer: 'https://former.example', linkedAt },
      ],
    });
    upstreams.oidc.unlinkIdentity = unlinked.handler;

    const listed = await call('GET', '/auth/identities', { token });
    const done = await call('DELETE', `/auth/identities/${id}`, { token });

    expect(listed.body['data']).toEqual([
      { id, provider: 'google', name: 'Google', linkedAt: '2026-03-01T10:00:00.000Z' },
      { id: former, name: 'https://former.example', linkedAt: '2026-03-01T10:00:00.000Z' },
    ]);
    expect([done.status, done.body]).toEqual([200, DONE]);
    expect(unlinked.received).toEqual([{ id }]);
    expect((await call('DELETE', '/auth/identities/google', { token })).status).toBe(400);
    expect((await call('GET', '/auth/identities')).status).toBe(401);
    expect((await call('DELETE', `/auth/identities/${id}`)).status).toBe(401);
  });
});

describe('a huge password', () => {
  const sent = () => {
    throw new Error('It must not get as far as auth-service');
  };

  it.each([
    ['/auth/register', 'password', { email: 'ada@example.com', firstName: 'Ada', lastName: 'Lovelace' }],
    ['/auth/login', 'password', { email: 'ada@example.com' }],
    ['/auth/reset-password', 'password', { token: 'x' }],
  ])('is refused by %s before anybody looks at it, naming the field', async (path, field, rest) => {
    upstreams.auth.register = sent;
    upstreams.auth.login = sent;
    upstreams.auth.resetPassword = sent;

    const large = await call('POST', path, { body: { ...rest, [field]: 'x'.repeat(900_000) } });
    const larger = await call('POST', path, { body: { ...rest, [field]: 'x'.repeat(1_048_576) } });

    expect([large.status, large.body['error'], large.body['details']]).toEqual([
      400,
      'VALIDATION_FAILED',
      { fields: [{ field, message: 'must have at most 128 characters' }] },
    ]);
    expect([larger.status, larger.body['error']]).toEqual([413, 'PAYLOAD_TOO_LARGE']);
  });
});
