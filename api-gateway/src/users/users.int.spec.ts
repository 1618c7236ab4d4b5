import { useTestRedis } from '@vici/testing';
import { currentContext, DomainError, newId } from '@vici/utils';
import { beforeEach, describe, expect, it } from 'vitest';
import { useGateway } from '../fixtures/gateway.fixture.js';
import { ADDRESS_ID, account, postal, profile } from '../fixtures/messages.fixture.js';
import { signIn } from '../fixtures/tokens.fixture.js';

const redis = useTestRedis();
const { upstreams, call } = useGateway();

let token = '';
let userId = '';

beforeEach(async () => {
  ({ token, userId } = await signIn(redis.client));
});

const CREATED_TEXT = '2026-03-01T10:00:00.000Z';
const UPDATED_TEXT = '2026-03-02T10:00:00.000Z';

const restUser = (id: string) => ({
  id,
  email: 'ada@example.com',
  name: 'Ada Lovelace',
  firstName: 'Ada',
  lastName: 'Lovelace',
  role: 'customer',
  emailVerified: true,
  createdAt: CREATED_TEXT,
  updatedAt: CREATED_TEXT,
});

describe('authentication', () => {
  const tokens = { accessToken: 'access', refreshToken: 'refresh', expiresIn: 900 };
  const credentials = { email: 'ada@example.com', password: ' p w ' };

  it('registers from the account alone, with the visit whose cart follows', async () => {
    let received: unknown;
    upstreams.auth.register = async (request) => {
      received = request;
      return { account: account(userId), ...tokens };
    };
    const visit = newId();
    const answer = await call('POST', '/auth/register', {
      body: { ...credentials, firstName: 'Ada', lastName: 'Lovelace', role: 'admin' },
      headers: { 'x-session-id': visit },
    });
    expect(answer.status).toBe(201);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.body['data']).toEqual({ user: restUser(userId), ...tokens });
    expect(received).toEqual({
      ...credentials,
      firstName: 'Ada',
      lastName: 'Lovelace',
      shopperSessionId: visit,
    });
  });

  it('signs in with the profile, and without it when it cannot be had', async () => {
    upstreams.auth.login = async () => ({ account: account(userId), ...tokens });
    upstreams.user.getProfile = async () => profile(currentContext()?.caller.userId ?? '');
    const full = await call('POST', '/auth/login', { body: credentials });
    expect(full.body['data']).toEqual({
      user: {
        ...restUser(userId),
        name: 'Augusta King',
        firstName: 'Augusta',
        lastName: 'King',
        phone: '+44 20 7946 0000',
        updatedAt: UPDATED_TEXT,
      },
      ...tokens,
    });
    upstreams.user.getProfile = async () => {
      throw new DomainError('SERVICE_UNAVAILABLE', 'down');
    };
    const plain = await call('POST', '/auth/login', { body: credentials });
    expect(plain.body['data']).toEqual({ user: restUser(userId), ...tokens });
  });

  it('passes refusals on with their wait', async () => {
    upstreams.auth.login = async () => {
      throw new DomainError('ACCOUNT_LOCKED', 'Too many tries.', { retryAfterSeconds: 8 });
    };
    const answer = await call('POST', '/auth/login', { body: credentials });
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([423, '8']);
  });

  it('refreshes, signs out and verifies an address', async () => {
    upstreams.auth.refresh = async () => ({ account: account(userId), ...tokens });
    upstreams.auth.logout = async () => ({});
    upstreams.auth.verifyEmail = async () => ({ userId });
    const refreshed = await call('POST', '/auth/refresh', { body: { refreshToken: 'old' } });
    expect(refreshed.body['data']).toEqual({ token: 'access', ...tokens });
    expect((await call('POST', '/auth/logout', { token })).body).toEqual({ success: true, data: null });
    expect((await call('POST', '/auth/logout')).status).toBe(401);
    const verified = await call('POST', '/auth/verify-email', { body: { token: 't' } });
    expect(verified.body).toEqual({ success: true, data: null });
  });
});

describe('the user', () => {
  it('is put together from account and profile', async () => {
    upstreams.auth.getAccounts = async ({ userIds }) => ({
      accounts: userIds.map((id) => account(id, { role: 'support' })),
    });
    upstreams.user.getProfile = async () => profile(userId, { firstName: '', lastName: '' });
    const shown = await call('GET', '/users/profile', { token });
    expect(shown.body['data']).toEqual({
      ...restUser(userId),
      phone: '+44 20 7946 0000',
      updatedAt: UPDATED_TEXT,
    });
    let received: unknown;
    upstreams.user.updateProfile = async (request) => {
      received = request;
      return profile(userId);
    };
    const changed = await call('PUT', '/users/profile', { token, body: { name: ' Augusta King ' } });
    expect(received).toEqual({ name: 'Augusta King' });
    expect(changed.body['data']).toMatchObject({ name: 'Augusta King', email: 'ada@example.com' });
  });

  it('has an avatar, or with null or an empty one none', async () => {
    const received: unknown[] = [];
    upstreams.auth.getAccounts = async ({ userIds }) => ({ accounts: userIds.map((id) => account(id)) });
    upstreams.user.updateProfile = async (request) => {
      received.push(request);
      return profile(userId);
    };
    const avatar = 'http://localhost:9000/media/media/avatar/1/1k.webp';

    for (const body of [{ avatar }, { avatar: null }, { avatar: '' }]) {
      expect((await call('PUT', '/users/profile', { token, body })).status).toBe(200);
    }

    expect(received).toEqual([{ avatar }, { avatar: '' }, { avatar: '' }]);
  });

  it('keeps addresses', async () => {
    const stored = { id: ADDRESS_ID, userId, postal, isDefault: true };
    const shown = { id: ADDRESS_ID, userId, ...postal, isDefault: true };
    const received: unknown[] = [];
    const answering = async (request: unknown) => {
      received.push(request);
      return stored;
    };
    upstreams.user.listAddresses = async () => ({ addresses: [stored] });
    upstreams.user.createAddress = answering;
    upstreams.user.updateAddress = answering;
    upstreams.user.deleteAddress = async () => ({});
    expect((await call('GET', '/users/addresses', { token })).body['data']).toEqual([shown]);
    const created = await call('POST', '/users/addresses', { token, body: postal });
    expect([created.status, created.body['data']]).toEqual([201, shown]);
    const path = `/users/addresses/${ADDRESS_ID}`;
    expect((await call('PUT', path, { token, body: { city: 'Paris' } })).body['data']).toEqual(shown);
    expect((await call('DELETE', path, { token })).body).toEqual({ success: true, data: null });
    expect(received).toEqual([
      { postal, isDefault: false },
      { id: ADDRESS_ID, city: 'Paris' },
    ]);
  });
});

describe('preferences', () => {
  const preferences = {
    emailNotifications: true,
    smsNotifications: false,
    marketingEmails: false,
    language: 'en',
    currency: 'USD',
  };

  it('are shown and changed by the fields given; whose they are is never taken from the body', async () => {
    let received: unknown;
    upstreams.user.getPreferences = async () => ({ userId, ...preferences });
    upstreams.user.updatePreferences = async (request) => {
      received = request;
      return { userId, ...preferences, marketingEmails: true };
    };

    const shown = await call('GET', '/users/preferences', { token });
    const changed = await call('PUT', '/users/preferences', {
      token,
      body: { userId: newId(), marketingEmails: true, language: ' vi ' },
    });

    expect(shown.body['data']).toEqual({ userId, ...preferences });
    expect(received).toEqual({ marketingEmails: true, language: 'vi' });
    expect([changed.status, changed.body['data']]).toEqual([
      200,
      { userId, ...preferences, marketingEmails: true },
    ]);
  });

  it('names every bad field, and asks nobody', async () => {
    const answer = await call('PUT', '/users/preferences', {
      token,
      body: { emailNotifications: 'yes', currency: 'DOLLAR' },
    });

    expect([answer.status, answer.body['error']]).toEqual([400, 'VALIDATION_FAILED']);
    expect(answer.body['details']).toMatchObject({
      fields: [{ field: 'emailNotifications' }, { field: 'currency' }],
    });
  });

  it('are for signed-in shoppers', async () => {
    expect((await call('GET', '/users/preferences')).status).toBe(401);
    expect((await call('PUT', '/users/preferences', { body: { language: 'vi' } })).status).toBe(401);
  });
});
