import { once } from 'node:events';
import { connect } from 'node:net';
import { eventually, useTestRedis } from '@vici/testing';
import { currentContext, DomainError, isUuid } from '@vici/utils';
import { describe, expect, it } from 'vitest';
import { useGateway } from '../fixtures/gateway.fixture.js';
import { cart, PRODUCT_ID } from '../fixtures/messages.fixture.js';
import { signIn } from '../fixtures/tokens.fixture.js';

const redis = useTestRedis();
const gateway = useGateway({ TRUSTED_PROXIES: '127.0.0.1' });

const FAILURE_KEYS = ['success', 'statusCode', 'error', 'message', 'requestId', 'path', 'timestamp'];

describe('the envelope', () => {
  it('wraps a success in success and data', async () => {
    gateway.upstreams.product.listCategories = async () => ({ categories: [] });
    const answer = await gateway.call('GET', '/products/categories');
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ success: true, data: [] });
  });

  it('tells code, sentence, request, path without query and time of a failure', async () => {
    gateway.upstreams.cart.getCart = async () => {
      throw new DomainError('LIMIT_EXCEEDED', 'The cart is full.', { most: 100 });
    };
    const answer = await gateway.call('GET', '/cart?token=secret', {
      headers: { 'x-request-id': 'req_1-A' },
    });
    expect(answer.status).toBe(422);
    const { timestamp, ...body } = answer.body;
    expect(body).toEqual({
      success: false,
      statusCode: 422,
      error: 'LIMIT_EXCEEDED',
      message: 'The cart is full.',
      details: { most: 100 },
      requestId: 'req_1-A',
      path: '/api/cart',
    });
    expect(new Date(String(timestamp)).toISOString()).toBe(timestamp);
  });

  it('says nothing of what went wrong inside', async () => {
    gateway.upstreams.cart.getCart = async () => {
      throw new Error('connect ECONNREFUSED postgres://vici:secret@db:5432');
    };
    const answer = await gateway.call('GET', '/cart');
    expect(answer.status).toBe(500);
    expect(Object.keys(answer.body).sort()).toEqual([...FAILURE_KEYS].sort());
    expect(answer.body).toMatchObject({ error: 'INTERNAL', message: 'Something went wrong on our side.' });
    expect(answer.text).not.toMatch(/ECONNREFUSED|postgres|secret|CartService/);
  });

  it('hides which upstream is down', async () => {
    gateway.upstreams.order.listOrders = async () => {
      throw new DomainError('SERVICE_UNAVAILABLE', 'order-db:5432 is away', { host: 'order-db' });
    };
    const { token } = await signIn(redis.client);
    const answer = await gateway.call('GET', '/orders', { token });
    expect(answer.status).toBe(503);
    expect(answer.body).not.toHaveProperty('details');
    expect(answer.text).not.toContain('order-db');
  });
});

describe('what is refused before a handler runs', () => {
  const post = (rawBody: string, contentType: string, headers = {}) =>
    gateway.call('POST', '/cart/items', { rawBody, headers: { 'content-type': contentType, ...headers } });

  it('answers an unknown endpoint with ROUTE_NOT_FOUND, inside and outside of /api', async () => {
    const inside = await gateway.call('GET', '/no/such/thing');
    expect(inside.status).toBe(404);
    expect(inside.body).toMatchObject({ error: 'ROUTE_NOT_FOUND', path: '/api/no/such/thing' });
    const outside = await fetch(`${gateway.url}/nowhere`);
    expect(outside.status).toBe(404);
    expect(await outside.json()).toMatchObject({ success: false, error: 'ROUTE_NOT_FOUND' });
  });

  it('answers a method an endpoint does not have with ROUTE_NOT_FOUND', async () => {
    const answer = await gateway.call('PATCH', '/cart');
    expect([answer.status, answer.body['error']]).toEqual([404, 'ROUTE_NOT_FOUND']);
  });

  it('answers bad JSON with VALIDATION_FAILED', async () => {
    const answer = await post('{"productId":', 'application/json');
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({
      error: 'VALIDATION_FAILED',
      details: { fields: [{ field: 'body', message: 'is not valid JSON' }] },
    });
  });

  it('answers a body over 1 MB with PAYLOAD_TOO_LARGE', async () => {
    const answer = await post(JSON.stringify({ a: 'x'.repeat(1_048_576) }), 'application/json');
    expect([answer.status, answer.body['error']]).toEqual([413, 'PAYLOAD_TOO_LARGE']);
  });

  it.each([
    'application/x-www-form-urlencoded',
    'text/plain',
    'application/xml',
    'multipart/form-data; boundary=x',
  ])('answers a body of type %s with UNSUPPORTED_MEDIA_TYPE', async (type) => {
    const answer = await post('productId=1', type);
    expect([answer.status, answer.body['error']]).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE']);
  });

  it('answers a malformed URL with the envelope', async () => {
    const answer = await gateway.call('GET', '/products/%E0%A4%A');
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ success: false, error: 'VALIDATION_FAILED' });
  });

  it('takes an empty JSON body for no body', async () => {
    gateway.upstreams.cart.getCart = async () => cart();
    gateway.upstreams.cart.clearCart = async () => ({});
    const answer = await gateway.call('DELETE', '/cart/clear', {
      headers: { 'content-type': 'application/json' },
    });
    expect(answer.body).toEqual({ success: true, data: null });
  });
});

describe('validation', () => {
  it('lists every bad field of parameters and body at once', async () => {
    const answer = await gateway.call('PUT', '/cart/items/17', { body: { quantity: 1.5 } });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({
      error: 'VALIDATION_FAILED',
      details: {
        fields: [
          { field: 'itemId', message: 'must be a valid UUID' },
          { field: 'quantity', message: 'must be an integer' },
        ],
      },
    });
  });

  it('names missing fields, wrong types and bounds in sentences', async () => {
    const answer = await gateway.call('POST', '/auth/register', {
      body: { email: 'nobody', password: 7, firstName: '', lastName: 'x'.repeat(101) },
    });
    expect(answer.body['details']).toEqual({
      fields: [
        { field: 'email', message: 'must be a valid e-mail address' },
        { field: 'password', message: 'must be a string' },
        { field: 'firstName', message: 'must have at least 1 character' },
        { field: 'lastName', message: 'must have at most 100 characters' },
      ],
    });
    const empty = await gateway.call('POST', '/auth/login');
    expect(empty.body['details']).toEqual({
      fields: [
        { field: 'email', message: 'is required' },
        { field: 'password', message: 'is required' },
      ],
    });
  });

  it('names bad query parameters', async () => {
    const answer = await gateway.call(
      'GET',
      '/products?page=0&limit=101&sort=best&minPrice=-1&inStock=perhaps&rating=6',
    );
    expect(answer.body['details']).toEqual({
      fields: [
        { field: 'minPrice', message: 'must be an amount such as 24.99' },
        { field: 'rating', message: 'must be at most 5' },
        { field: 'inStock', message: 'must be a boolean' },
        {
          field: 'sort',
          message: 'must be one of price_asc, price_desc, rating, newest, name, popular',
        },
        { field: 'page', message: 'must be at least 1' },
        { field: 'limit', message: 'must be at most 100' },
      ],
    });
  });

  it('refuses text no database takes', async () => {
    const answer = await gateway.call('GET', '/products/search?q=a%00b');
    expect(answer.body['details']).toEqual({
      fields: [{ field: 'q', message: 'must not hold control characters' }],
    });
  });

  it('drops unknown fields', async () => {
    let received: unknown;
    gateway.upstreams.cart.addItem = async (request) => {
      received = request;
      return cart();
    };
    const answer = await gateway.call('POST', '/cart/items', {
      rawBody: `{"productId":"${PRODUCT_ID}","quantity":2,"price":0.01,"__proto__":{"variantId":"x"}}`,
      headers: { 'content-type': 'application/json' },
    });
    expect(answer.status).toBe(201);
    expect(received).toEqual({ productId: PRODUCT_ID, quantity: 2 });
  });
});

describe('the identity of a request', () => {
  it('keeps a sane X-Request-Id and a UUID of a visit, and passes both on with address and user agent', async () => {
    let context: ReturnType<typeof currentContext>;
    let left = 0;
    gateway.upstreams.cart.getCart = async () => {
      context = currentContext();
      left = (context?.deadline ?? 0) - Date.now();
      return cart();
    };
    const visit = '0195A000-0000-7000-8000-000000000099';
    const answer = await gateway.call('GET', '/cart', {
      headers: {
        'x-request-id': 'abc-123',
        'x-session-id': visit,
        'user-agent': 'vitest',
        'x-forwarded-for': '203.0.113.9',
      },
    });
    expect(answer.headers.get('x-request-id')).toBe('abc-123');
    expect(answer.headers.get('x-session-id')).toBe(visit.toLowerCase());
    expect(context).toMatchObject({
      requestId: 'abc-123',
      caller: { role: 'anonymous', shopperSessionId: visit.toLowerCase() },
      client: { ip: '203.0.113.9', userAgent: 'vitest' },
    });
    expect(left).toBeLessThanOrEqual(2000);
    expect(left).toBeGreaterThan(1000);
  });

  it.each(['a b', 'x'.repeat(65), 'a;b', ''])('replaces the request id %j', async (requestId) => {
    const answer = await gateway.call('GET', '/nowhere', { headers: { 'x-request-id': requestId } });
    expect(isUuid(answer.headers.get('x-request-id') ?? '')).toBe(true);
    expect(answer.body['requestId']).toBe(answer.headers.get('x-request-id'));
  });

  it('makes a visit where the client names none or nonsense, also on failures', async () => {
    const first = await gateway.call('GET', '/nowhere');
    const second = await gateway.call('GET', '/nowhere', { headers: { 'x-session-id': 'me' } });
    expect(isUuid(first.headers.get('x-session-id') ?? '')).toBe(true);
    expect(isUuid(second.headers.get('x-session-id') ?? '')).toBe(true);
    expect(first.headers.get('x-session-id')).not.toBe(second.headers.get('x-session-id'));
  });
});

describe('browsers', () => {
  const preflight = (origin: string) =>
    fetch(`${gateway.url}/api/cart/items`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,x-session-id,idempotency-key',
      },
    });

  it('may call from the storefront, with credentials and the headers of the contract', async () => {
    const answer = await preflight('http://localhost:5173');
    expect(answer.status).toBe(204);
    expect(answer.headers.get('access-control-allow-origin')).toBe('http://localhost:5173');
    expect(answer.headers.get('access-control-allow-credentials')).toBe('true');
    expect(answer.headers.get('access-control-allow-methods')).toContain('DELETE');
    for (const name of ['Authorization', 'X-Session-Id', 'Idempotency-Key', 'If-None-Match']) {
      expect(answer.headers.get('access-control-allow-headers')).toContain(name);
    }
  });

  it('may not call from elsewhere', async () => {
    const answer = await preflight('https://evil.example');
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('may read the headers of the contract, on failures too', async () => {
    const answer = await gateway.call('GET', '/nowhere', { headers: { origin: 'http://localhost:3001' } });
    expect(answer.headers.get('access-control-allow-origin')).toBe('http://localhost:3001');
    expect(answer.headers.get('access-control-expose-headers')).toBe(
      'X-Request-Id, X-Session-Id, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, Retry-After, ETag',
    );
  });

  it('get the security headers', async () => {
    const answer = await gateway.call('GET', '/nowhere');
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('x-powered-by')).toBeNull();
  });
});

describe('operations', () => {
  it('counts and times requests by route pattern', async () => {
    gateway.upstreams.product.getProduct = async () => {
      throw new DomainError('NOT_FOUND', 'No such product.');
    };
    await gateway.call('GET', `/products/${PRODUCT_ID}`);
    // A request is counted when its answer has gone out.
    await eventually(async () => {
      const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
      expect(metrics).toMatch(
        /http_requests_total\{route="\/api\/products\/:id",method="GET",status="404",[^}]*\} \d+/,
      );
      expect(metrics).toMatch(/http_request_duration_seconds_count\{[^}]*route="\/api\/products\/:id"/);
      expect(metrics).not.toContain(PRODUCT_ID);
    });
  });

  it('serves liveness and readiness outside of /api', async () => {
    expect((await fetch(`${gateway.url}/health`)).status).toBe(200);
    const ready = await fetch(`${gateway.url}/ready`);
    expect(await ready.json()).toMatchObject({ status: 'ready', checks: { redis: { status: 'up' } } });
  });

  it('survives a request that is no HTTP', async () => {
    const socket = connect(gateway.service.running.httpPort, '127.0.0.1');
    socket.write('GET / nonsense\r\n\r\n');
    const [bytes] = await once(socket, 'data');
    expect(String(bytes)).toContain('400');
    socket.destroy();
    expect((await fetch(`${gateway.url}/health`)).status).toBe(200);
  });
});
