import { eventually, useTestRedis } from '@vici/testing';
import { currentContext, DomainError, newId } from '@vici/utils';
import { beforeEach, describe, expect, it } from 'vitest';
import { type TestGateway, type TestRequest, useGateway } from '../fixtures/gateway.fixture.js';
import { ADDRESS_ID, account, cart, ORDER_ID, order, PRODUCT_ID } from '../fixtures/messages.fixture.js';
import { signIn } from '../fixtures/tokens.fixture.js';

const redis = useTestRedis();
const first = useGateway();
const second = useGateway();

const purchase = { shippingAddressId: ADDRESS_ID, paymentMethod: 'pm_card_visa' };
/** The same purchase with its fields in another order. */
const reordered = { paymentMethod: purchase.paymentMethod, shippingAddressId: ADDRESS_ID };
let placed: (string | undefined)[] = [];
let delay = Promise.resolve();

beforeEach(() => {
  placed = [];
  delay = Promise.resolve();
  for (const gateway of [first, second]) {
    gateway.upstreams.order.placeOrder = async () => {
      placed.push(currentContext()?.idempotencyKey);
      await delay;
      return order(currentContext()?.caller.userId ?? '');
    };
  }
});

const place = (gateway: TestGateway, key: string, request: TestRequest) =>
  gateway.call('POST', '/orders', { body: purchase, ...request, headers: { 'idempotency-key': key } });

describe('an Idempotency-Key', () => {
  it('gives the first answer again, on any gateway, and reaches the service', async () => {
    const { token } = await signIn(redis.client);
    const key = newId();
    const original = await place(first, key, { token });
    const repeated = await place(second, key, { token, body: reordered });
    expect(original.status).toBe(201);
    expect(repeated.status).toBe(201);
    expect(repeated.body).toEqual(original.body);
    expect([original, repeated].map(({ headers }) => headers.get('idempotency-replayed'))).toEqual([
      null,
      'true',
    ]);
    expect(placed).toEqual([key]);
  });

  it('with another body is refused', async () => {
    const { token } = await signIn(redis.client);
    const key = newId();
    await place(first, key, { token });
    const other = await place(first, key, { token, body: { ...purchase, couponCode: 'SPRING' } });
    expect([other.status, other.body['error']]).toEqual([409, 'IDEMPOTENCY_KEY_REUSED']);
    expect(placed).toHaveLength(1);
  });

  it('with a body nested deeper than the stack is a refusal, not a failure', async () => {
    const { token } = await signIn(redis.client);
    for (const levels of [65, 1_000, 1_600, 1_900, 2_200]) {
      const deep = `{"x":${'{"a":'.repeat(levels)}1${'}'.repeat(levels)},"shippingAddressId":"${ADDRESS_ID}","paymentMethod":"pm"}`;
      const answer = await first.call('POST', '/orders', {
        token,
        rawBody: deep,
        headers: { 'content-type': 'application/json', 'idempotency-key': newId() },
      });
      expect([levels, answer.status, answer.body['error']]).toEqual([levels, 400, 'VALIDATION_FAILED']);
    }
    expect(placed).toEqual([]);
  });

  it('of one user means nothing for another, nor for another endpoint', async () => {
    const [ada, bob] = [await signIn(redis.client), await signIn(redis.client)];
    const key = newId();
    await place(first, key, { token: ada.token });
    const answer = await place(first, key, { token: bob.token });
    expect(answer.body['data']).toMatchObject({ userId: bob.userId });
    first.upstreams.order.cancelOrder = async () => order(ada.userId);
    const cancelled = await first.call('POST', `/orders/${ORDER_ID}/cancel`, {
      token: ada.token,
      body: purchase,
      headers: { 'idempotency-key': key },
    });
    expect(cancelled.status).toBe(200);
    expect(placed).toHaveLength(2);
  });

  it('makes simultaneous requests one', async () => {
    const { token } = await signIn(redis.client);
    const key = newId();
    const gate = Promise.withResolvers<void>();
    delay = gate.promise;
    const answers = [first, second, first].map((gateway) => place(gateway, key, { token }));
    await new Promise((resolve) => setTimeout(resolve, 150));
    gate.resolve();
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([201, 201, 201]);
    expect(placed).toHaveLength(1);
  });

  it('whose request runs longer than a repetition waits is told so', async () => {
    const { token } = await signIn(redis.client);
    const key = newId();
    const gate = Promise.withResolvers<void>();
    delay = gate.promise;
    const running = place(first, key, { token });
    await eventually(() => expect(placed).toHaveLength(1));
    const impatient = await place(second, key, { token });
    gate.resolve();
    expect([impatient.status, impatient.body['error']]).toEqual([409, 'REQUEST_IN_PROGRESS']);
    expect(impatient.headers.get('retry-after')).toBe('1');
    expect((await running).status).toBe(201);
    expect(placed).toHaveLength(1);
  });

  it('repeats a refusal, but lets a failure be tried again', async () => {
    const { token } = await signIn(redis.client);
    let tries = 0;
    const failing = (code: 'PAYMENT_DECLINED' | 'SERVICE_UNAVAILABLE') => async () => {
      tries += 1;
      throw new DomainError(code, 'The card was declined.', { declineCode: 'insufficient_funds' });
    };
    first.upstreams.order.placeOrder = failing('PAYMENT_DECLINED');
    const declined = newId();
    await place(first, declined, { token });
    const again = await place(first, declined, { token });
    expect([again.status, again.body['details']]).toEqual([402, { declineCode: 'insufficient_funds' }]);
    expect(tries).toBe(1);
    first.upstreams.order.placeOrder = failing('SERVICE_UNAVAILABLE');
    const unlucky = newId();
    expect((await place(first, unlucky, { token })).status).toBe(503);
    expect((await place(second, unlucky, { token })).status).toBe(201);
  });

  it('is not spent on a request that is not valid', async () => {
    const { token } = await signIn(redis.client);
    const key = newId();
    expect((await place(first, key, { token, body: {} })).status).toBe(400);
    expect((await place(first, key, { token })).status).toBe(201);
  });

  it('must be readable', async () => {
    const { token } = await signIn(redis.client);
    const answer = await place(first, 'a b', { token });
    expect(answer.body['details']).toEqual({
      fields: [{ field: 'Idempotency-Key', message: 'must be 1 to 255 visible ASCII characters' }],
    });
  });

  it('leaves nothing readable in Redis', async () => {
    const userId = newId();
    first.upstreams.auth.register = async () => ({
      account: account(userId),
      accessToken: 'access-token-of-ada',
      refreshToken: 'refresh-token-of-ada',
      expiresIn: 900,
    });
    const key = newId();
    const register = () =>
      first.call('POST', '/auth/register', {
        body: { email: 'ada@example.com', password: 'correct horse', firstName: 'Ada', lastName: 'Lovelace' },
        headers: { 'idempotency-key': key },
      });
    const [original, repeated] = [await register(), await register()];
    expect(repeated.body).toEqual(original.body);
    expect(repeated.headers.get('x-session-id')).toBe(original.headers.get('x-session-id'));
    const keys = await redis.client.keys('idempotency:*');
    const stored =
      (await Promise.all(keys.map((name) => redis.client.get(name)))).join('\n') + keys.join('\n');
    expect(keys.length).toBeGreaterThan(0);
    expect(stored).not.toMatch(/access-token|refresh-token|ada@example|correct horse/);
    expect(stored).not.toContain(key);
    for (const name of keys) expect(await redis.client.pttl(name)).toBeGreaterThan(86_000_000);
  });
});

describe('without an Idempotency-Key', () => {
  it('every request runs and nothing is kept', async () => {
    await redis.client.flushdb();
    const headers = { 'x-session-id': newId() };
    let added = 0;
    first.upstreams.cart.addItem = async () => {
      added += 1;
      return cart();
    };
    const body = { productId: PRODUCT_ID, quantity: 1 };
    await first.call('POST', '/cart/items', { body, headers });
    await first.call('POST', '/cart/items', { body, headers });
    expect(added).toBe(2);
    expect(await redis.client.keys('idempotency:*')).toEqual([]);
  });
});
