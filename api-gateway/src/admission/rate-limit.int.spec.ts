import { eventually, useTestRedis } from '@vici/testing';
import { loadConfig } from '@vici/utils';
import { beforeEach, describe, expect, it } from 'vitest';
import { type TestGateway, useGateway } from '../fixtures/gateway.fixture.js';
import { cart } from '../fixtures/messages.fixture.js';
import { signIn } from '../fixtures/tokens.fixture.js';
import { gatewayConfig } from '../gateway.config.js';

const redis = useTestRedis();
// A twentieth of the limits: sign-in 1, writing 6, reading 30 a minute.
const env = { RATE_LIMIT_MULTIPLIER: '0.05', TRUSTED_PROXIES: '127.0.0.1/32' };
const first = useGateway(env);
const second = useGateway(env);

const from = (ip: string) => ({ headers: { 'x-forwarded-for': ip } });
const limitHeaders = (headers: Headers) =>
  ['ratelimit-limit', 'ratelimit-remaining', 'retry-after'].map((name) => headers.get(name));

beforeEach(() => {
  for (const gateway of [first, second]) {
    gateway.upstreams.cart.getCart = async () => cart();
    gateway.upstreams.cart.clearCart = async () => ({});
  }
});

async function statuses(calls: readonly (() => ReturnType<TestGateway['call']>)[]): Promise<number[]> {
  const found: number[] = [];
  for (const call of calls) found.push((await call()).status);
  return found;
}

describe('request limits', () => {
  it('are counted together by all gateways, and tell what is left', async () => {
    const clear = (gateway: TestGateway) => () => gateway.call('DELETE', '/cart/clear', from('198.51.100.1'));
    const answer = await clear(first)();
    expect(limitHeaders(answer.headers)).toEqual(['6', '5', null]);
    expect(Number(answer.headers.get('ratelimit-reset'))).toBeGreaterThan(50);
    expect(await statuses([second, first, second, first, second].map(clear))).toEqual([
      200, 200, 200, 200, 200,
    ]);
    const refused = await clear(second)();
    expect([refused.status, refused.body['error']]).toEqual([429, 'RATE_LIMITED']);
    expect(limitHeaders(refused.headers).slice(0, 2)).toEqual(['6', '0']);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(50);
    expect(refused.body['details']).toEqual({
      retryAfterSeconds: Number(refused.headers.get('retry-after')),
    });
  });

  it('are counted apart by kind of request and by address', async () => {
    expect((await first.call('GET', '/cart', from('198.51.100.1'))).status).toBe(200);
    expect((await first.call('DELETE', '/cart/clear', from('198.51.100.2'))).status).toBe(200);
  });

  it('count a user wherever they are, not the address they share', async () => {
    const [ada, bob] = [await signIn(redis.client), await signIn(redis.client)];
    const clear = (token: string, ip: string) => () =>
      first.call('DELETE', '/cart/clear', { token, ...from(ip) });
    const ips = [1, 2, 3, 4, 5, 6, 7].map((last) => `203.0.113.${last}`);
    expect(await statuses(ips.map((ip) => clear(ada.token, ip)))).toEqual([
      200, 200, 200, 200, 200, 200, 429,
    ]);
    expect((await clear(bob.token, '203.0.113.1')()).status).toBe(200);
  });

  it('count attempts to sign in by address, whoever asks', async () => {
    const { token } = await signIn(redis.client);
    const refresh = (request: object) =>
      first.call('POST', '/auth/refresh', { body: {}, ...from('198.51.100.7'), ...request });
    expect((await refresh({})).status).toBe(400);
    expect((await refresh({ token })).status).toBe(429);
  });

  it('start anew when their window ends', async () => {
    const window = 'rate:read:ip:198.51.100.9';
    await redis.client.set(window, '30', 'PX', 3_000);
    expect((await first.call('GET', '/cart', from('198.51.100.9'))).status).toBe(429);
    await eventually(async () => expect(await redis.client.exists(window)).toBe(0));
    expect((await first.call('GET', '/cart', from('198.51.100.9'))).status).toBe(200);
  });

  it('may not be switched off in production', () => {
    const load = (env: Record<string, string>) => () => loadConfig(gatewayConfig, env);
    expect(load({ NODE_ENV: 'production', RATE_LIMIT_MULTIPLIER: '0' })).toThrow(
      'RATE_LIMIT_MULTIPLIER: must be above 0 in production',
    );
    expect(load({ NODE_ENV: 'test', RATE_LIMIT_MULTIPLIER: '0' })).not.toThrow();
    expect(load({ NODE_ENV: 'production', RATE_LIMIT_MULTIPLIER: '2' })).not.toThrow();
  });
});
