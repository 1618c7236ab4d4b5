import { eventually, useTestRedis } from '@vici/testing';
import { currentCaller, newId } from '@vici/utils';
import { generateKeyPair } from 'jose';
import { beforeEach, describe, expect, it } from 'vitest';
import { useGateway } from '../fixtures/gateway.fixture.js';
import { cart } from '../fixtures/messages.fixture.js';
import {
  accessToken,
  JWKS,
  PUBLIC_KEY_BYTES,
  signIn,
  type TokenOptions,
} from '../fixtures/tokens.fixture.js';
import { sessionKeyOf } from './login-session.js';

const redis = useTestRedis();
const gateway = useGateway();

/** An unsigned token: the `alg: none` of RFC 7519, section 6. */
function unsigned(): string {
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    sub: newId(),
    sid: newId(),
    role: 'admin',
    iss: 'vici',
    aud: 'vici-storefront',
    iat: now,
    exp: now + 900,
  };
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${encode({ alg: 'none', typ: 'JWT' })}.${encode(claims)}.`;
}

async function tampered(): Promise<string> {
  const [header, , signature] = (await accessToken()).split('.');
  const [, claims] = (await accessToken({ role: 'admin' })).split('.');
  return `${header}.${claims}.${signature}`;
}

describe('an access token', () => {
  let asked = 0;
  beforeEach(() => {
    asked = 0;
    gateway.upstreams.order.listOrders = async () => {
      asked += 1;
      return {};
    };
  });

  it('admits its user, with the identity the services see', async () => {
    const { userId, sessionId, token } = await signIn(redis.client);
    let caller: unknown;
    gateway.upstreams.order.listOrders = async () => {
      caller = currentCaller();
      return {};
    };
    const visit = newId();
    const answer = await gateway.call('GET', '/orders', { token, headers: { 'x-session-id': visit } });
    expect(answer.status).toBe(200);
    expect(caller).toEqual({ role: 'customer', userId, authSessionId: sessionId, shopperSessionId: visit });
  });

  const attacks: [string, () => Promise<string>, string][] = [
    ['without signature', async () => unsigned(), 'INVALID_TOKEN'],
    [
      'signed with the public key as HS256',
      () => accessToken({ header: { alg: 'HS256' }, key: PUBLIC_KEY_BYTES }),
      'INVALID_TOKEN',
    ],
    ['that has expired', () => accessToken({ expiresIn: -1 }), 'TOKEN_EXPIRED'],
    ['of another issuer', () => accessToken({ issuer: 'evil' }), 'INVALID_TOKEN'],
    ['for another audience', () => accessToken({ audience: 'elsewhere' }), 'INVALID_TOKEN'],
    ['of an unknown key', () => accessToken({ header: { kid: 'foreign' } }), 'INVALID_TOKEN'],
    ['of another key under a known name', () => foreign({}), 'INVALID_TOKEN'],
    ['whose claims were exchanged', tampered, 'INVALID_TOKEN'],
    ['whose subject is no user', () => accessToken({ userId: 'root' }), 'INVALID_TOKEN'],
    ['with a role nobody has', () => accessToken({ role: 'system' }), 'INVALID_TOKEN'],
    ['of nonsense', async () => 'not.a.token', 'INVALID_TOKEN'],
    ['of absurd length', async () => 'x'.repeat(5000), 'INVALID_TOKEN'],
  ];

  it.each(attacks)('%s is refused', async (_name, make, code) => {
    const answer = await gateway.call('GET', '/orders', { token: await make() });
    expect([answer.status, answer.body['error']]).toEqual([401, code]);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    expect(asked).toBe(0);
  });

  it('is asked for where a user is needed', async () => {
    const answer = await gateway.call('GET', '/orders');
    expect([answer.status, answer.body['error']]).toEqual([401, 'UNAUTHENTICATED']);
    const basic = await gateway.call('GET', '/orders', { headers: { authorization: 'Basic YTpi' } });
    expect([basic.status, basic.body['error']]).toEqual([401, 'INVALID_TOKEN']);
    expect(asked).toBe(0);
  });

  it('is worth nothing once its session has ended', async () => {
    const { userId, sessionId, token } = await signIn(redis.client);
    expect((await gateway.call('GET', '/orders', { token })).status).toBe(200);
    await redis.client.del(sessionKeyOf({ userId, authSessionId: sessionId }));
    const answer = await gateway.call('GET', '/orders', { token });
    expect([answer.status, answer.body['error']]).toEqual([401, 'SESSION_ENDED']);
    expect(asked).toBe(1);
  });

  it('is verified once, and not a letter of it can be changed after that', async () => {
    const { token } = await signIn(redis.client, { role: 'admin' });
    expect((await gateway.call('GET', '/orders', { token })).status).toBe(200);
    const [header = '', claims = '', signature = ''] = token.split('.');
    const changed = (text: string) => `${text.startsWith('A') ? 'B' : 'A'}${text.slice(1)}`;
    for (const forged of [
      `${header}.${claims}.${changed(signature)}`,
      `${header}.${changed(claims)}.${signature}`,
      `${header}.${claims}.`,
      `${token}A`,
    ]) {
      const answer = await gateway.call('GET', '/orders', { token: forged });
      expect([answer.status, answer.body['error']]).toEqual([401, 'INVALID_TOKEN']);
    }
    expect((await gateway.call('GET', '/orders', { token })).status).toBe(200);
    expect(asked).toBe(2);
  });

  it('that was good expires all the same', async () => {
    const userId = newId();
    const { sessionId } = await signIn(redis.client, { userId });
    // A lifetime ends with a second of the clock, which may be the next moment.
    const token = await eventually(async () => {
      const made = await accessToken({ userId, sessionId, expiresIn: 2 });
      expect((await gateway.call('GET', '/orders', { token: made })).status).toBe(200);
      return made;
    });

    await eventually(async () => {
      const answer = await gateway.call('GET', '/orders', { token });
      expect([answer.status, answer.body['error']]).toEqual([401, 'TOKEN_EXPIRED']);
    });
  });

  it("is worth nothing with another user's session", async () => {
    const { sessionId } = await signIn(redis.client);
    const token = await accessToken({ sessionId });
    const answer = await gateway.call('GET', '/orders', { token });
    expect([answer.status, answer.body['error']]).toEqual([401, 'SESSION_ENDED']);
  });

  it('yields to the role the session has by now', async () => {
    const { token } = await signIn(redis.client, { role: 'customer', tokenRole: 'admin' });
    let role: string | undefined;
    gateway.upstreams.order.listOrders = async () => {
      role = currentCaller().role;
      return {};
    };
    await gateway.call('GET', '/orders', { token });
    expect(role).toBe('customer');
  });

  it('personalises a public endpoint, and one that does not hold makes a guest', async () => {
    const callers: unknown[] = [];
    gateway.upstreams.cart.getCart = async () => {
      callers.push(currentCaller().userId);
      return cart();
    };
    const { userId, sessionId, token } = await signIn(redis.client);
    await gateway.call('GET', '/cart', { token });
    const guest = await gateway.call('GET', '/cart', { token: await accessToken({ expiresIn: -1 }) });
    await redis.client.del(sessionKeyOf({ userId, authSessionId: sessionId }));
    await gateway.call('GET', '/cart', { token });
    expect(guest.status).toBe(200);
    expect(callers).toEqual([userId, undefined, undefined]);
  });
});

async function foreign(options: TokenOptions): Promise<string> {
  const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519' });
  return await accessToken({ ...options, key: privateKey });
}

describe('signing keys', () => {
  const other = useGateway();

  it('are asked for once for many tokens, and not again at once for unknown names', async () => {
    let asked = 0;
    other.upstreams.auth.getSigningKeys = async () => {
      asked += 1;
      return { jwks: JWKS };
    };
    other.upstreams.order.listOrders = async () => ({});
    const { token } = await signIn(redis.client);
    const answers = await Promise.all([1, 2, 3, 4].map(() => other.call('GET', '/orders', { token })));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    for (const kid of ['a', 'b', 'c']) {
      await other.call('GET', '/orders', { token: await accessToken({ header: { kid } }) });
    }
    expect(asked).toBe(1);
  });

  it('are published as a key set, in the envelope and where JOSE libraries look', async () => {
    const answer = await other.call('GET', '/auth/.well-known/jwks.json');
    const keys: unknown = JSON.parse(JWKS).keys;
    expect(answer.body).toEqual({ success: true, data: { keys }, keys });
  });
});

describe('without signing keys', () => {
  const orphan = useGateway();

  it('a user cannot be told, a guest shops on', async () => {
    orphan.upstreams.auth.getSigningKeys = async () => ({ jwks: 'nonsense' });
    orphan.upstreams.cart.getCart = async () => cart();
    const token = await accessToken();
    const refused = await orphan.call('GET', '/orders', { token });
    expect([refused.status, refused.body['error']]).toEqual([503, 'SERVICE_UNAVAILABLE']);
    expect((await orphan.call('GET', '/cart', { token })).status).toBe(200);
  });
});

describe('without Redis', () => {
  const lonely = useGateway(() => ({
    EVENT_BUS_REDIS_URL: redis.url,
    REDIS_URL: 'redis://127.0.0.1:1',
    RATE_LIMIT_MULTIPLIER: '1',
  }));

  it('a token that verifies is believed, nothing is limited, and it is counted', async () => {
    lonely.upstreams.order.listOrders = async () => ({});
    const token = await accessToken();
    const answer = await eventually(async () => {
      const found = await lonely.call('GET', '/orders', { token });
      expect(found.status).toBe(200);
      return found;
    });
    expect(answer.headers.get('ratelimit-limit')).toBeNull();
    const metrics = await (await fetch(`${lonely.url}/metrics`)).text();
    expect(metrics).toMatch(/gateway_admission_degraded_total\{check="session",[^}]*\} [1-9]/);
    expect(metrics).toMatch(/gateway_admission_degraded_total\{check="rate_limit",[^}]*\} [1-9]/);
  });
});
