import { createEvent } from '@vici/events';
import { eventually, quickest } from '@vici/testing';
import { currentContext, Logger, newId } from '@vici/utils';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { type TestAnswer, type TestRequest, useGateway } from '../fixtures/gateway.fixture.js';
import { PRODUCT_ID, product } from '../fixtures/messages.fixture.js';

// A twentieth of the limits: reading 30 a minute.
const gateway = useGateway({
  CATALOGUE_CACHE_MS: '1000',
  RATE_LIMIT_MULTIPLIER: '0.05',
  TRUSTED_PROXIES: '127.0.0.1/32',
});

let loads = 0;
let searches: unknown[] = [];
let address = 0;

/** An address that nobody has asked from, whose limit of 30 a minute is untouched. */
function newAddress(): string {
  address += 1;
  return `203.0.113.${address}`;
}

beforeEach(() => {
  loads = 0;
  searches = [];
  const { product: products, event } = gateway.upstreams;
  products.getProduct = async () => {
    loads += 1;
    return product();
  };
  products.listProducts = async () => {
    loads += 1;
    return { products: [product()], page: { page: 1, limit: 20, total: 1n } };
  };
  products.searchProducts = async () => {
    loads += 1;
    return { products: [product()], page: { page: 1, limit: 20, total: 1n }, suggestions: [], facets: [] };
  };
  event.ingestForShoppers = async ({ shoppers }) => {
    const events = shoppers.flatMap((shopper) => shopper.events);
    searches.push(...events.map(({ query, resultsCount }) => [query, resultsCount]));
    return {};
  };
});

/** Asks at a new address of the API twice: for a handler, and for what the first answer left behind. */
async function bothWays(
  path: string,
  request: TestRequest = {},
): Promise<[long: TestAnswer, short: TestAnswer]> {
  const own = `${path}${path.includes('?') ? '&' : '?'}t=${newId()}`;
  const from = { 'x-forwarded-for': newAddress(), ...request.headers };
  const long = await gateway.call('GET', own, { ...request, headers: from });
  const short = await gateway.call('GET', own, { ...request, headers: from });
  return [long, short];
}

const namesOf = ({ headers }: TestAnswer) => [...headers.keys()].toSorted();

describe.each([
  '/products?limit=20',
  `/products/${PRODUCT_ID}`,
  '/products/search?q=lamp',
  '/products/slug/lamp',
])('the short way to %s', (path) => {
  it('gives what the handler gave: status, body and every header', async () => {
    const origin = 'http://localhost:5173';
    const visit = newId();
    // A pause of a second between the two makes both of them the handler's.
    const [long, short] = await eventually(async () => {
      loads = 0;
      const answers = await bothWays(path, { headers: { origin, 'x-session-id': visit } });
      expect(loads).toBeLessThanOrEqual(1);
      return answers;
    });

    expect([short.status, short.text]).toEqual([long.status, long.text]);
    expect(namesOf(short)).toEqual(namesOf(long));
    const own = new Set(['date', 'x-request-id', 'ratelimit-remaining', 'ratelimit-reset']);
    for (const name of namesOf(long).filter((header) => !own.has(header))) {
      expect([name, short.headers.get(name)]).toEqual([name, long.headers.get(name)]);
    }
    expect(short.headers.get('x-session-id')).toBe(visit);
    expect(short.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(short.headers.get('access-control-allow-origin')).toBe(origin);
  });

  it('has a request id of its own and counts in the same limit', async () => {
    const [long, short] = await bothWays(path);

    expect(short.headers.get('x-request-id')).not.toBe(long.headers.get('x-request-id'));
    expect(long.headers.get('ratelimit-remaining')).toBe('29');
    expect(short.headers.get('ratelimit-remaining')).toBe('28');
  });

  it('knows what the client has', async () => {
    const [long] = await bothWays(path);
    const etag = long.headers.get('etag') ?? '';
    const [asked, known] = await bothWays(path, { headers: { 'if-none-match': etag } });

    expect([known.status, known.text, known.headers.get('etag')]).toEqual([304, '', etag]);
    expect(namesOf(known)).toEqual(namesOf(asked));
    expect(known.headers.get('content-type')).toBeNull();
  });
});

describe('the short way', () => {
  it('refuses who is over the limit as the long way does', async () => {
    const from = { 'x-forwarded-for': newAddress() };
    const path = `/products?t=${newId()}`;
    const statuses = new Set<number>();
    for (let asked = 0; asked < 30; asked += 1) {
      statuses.add((await gateway.call('GET', path, { headers: from })).status);
    }
    const refused = await gateway.call('GET', path, { headers: from });

    expect([...statuses]).toEqual([200]);
    expect(refused.status).toBe(429);
    expect(refused.body).toMatchObject({ success: false, error: 'RATE_LIMITED', path: '/api/products' });
    expect(refused.headers.get('ratelimit-remaining')).toBe('0');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(refused.headers.get('etag')).toBeNull();
    // Refused once and counted once, although two asked for the admission.
    const again = await gateway.call('GET', '/products/categories', { headers: from });
    expect(again.status).toBe(429);
  });

  it('permits no origin that may not call, however often it asks', async () => {
    const headers = { origin: 'https://elsewhere.example' };
    await bothWays('/products/slug/lamp', { headers });
    const answers = await bothWays('/products/slug/lamp', { headers });

    for (const answer of answers) {
      expect([answer.status, answer.headers.get('vary')]).toEqual([200, 'Origin']);
      expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    }
    const [, other] = await bothWays('/products/slug/lamp', { headers: { origin: 'http://localhost:5173' } });
    expect(other.headers.get('access-control-allow-origin')).toBe('http://localhost:5173');
  });

  it('keeps nothing that belongs to one request for the next: visit and limit are its own', async () => {
    const path = `/products/slug/lamp?t=${newId()}`;
    const visits = [newId(), newId()];
    await gateway.call('GET', path, { headers: { 'x-forwarded-for': newAddress() } });
    const answers = await Promise.all(
      visits.map((visit) =>
        gateway.call('GET', path, { headers: { 'x-forwarded-for': newAddress(), 'x-session-id': visit } }),
      ),
    );

    expect(answers.map(({ headers }) => headers.get('x-session-id'))).toEqual(visits);
    expect(answers.map(({ headers }) => headers.get('ratelimit-remaining'))).toEqual(['29', '29']);
  });

  it('leaves HEAD to the handler, with the headers of GET and no body', async () => {
    const path = `/products/slug/lamp?t=${newId()}`;
    const headers = { 'x-forwarded-for': newAddress() };
    const got = await gateway.call('GET', path, { headers });
    const head = await gateway.call('HEAD', path, { headers });

    expect([head.status, head.text]).toEqual([200, '']);
    for (const name of ['etag', 'content-type', 'content-length', 'cache-control']) {
      expect([name, head.headers.get(name)]).toEqual([name, got.headers.get(name)]);
    }
  });

  it('is in the access log as the long way is, under the id the client was told', async () => {
    const logger = gateway.service.get(Logger);
    vi.spyOn(logger, 'writes').mockReturnValue(true);
    const logged: unknown[] = [];
    vi.spyOn(logger, 'info').mockImplementation((message, fields) => {
      logged.push({ message, requestId: currentContext()?.requestId, ...fields });
    });
    const answers = await bothWays('/products/slug/lamp');

    const lines = answers.map(({ headers }) => ({
      message: 'Request answered.',
      requestId: headers.get('x-request-id'),
      method: 'GET',
      route: '/api/products/slug/:slug',
      path: '/api/products/slug/lamp',
      status: 200,
      durationMs: expect.any(Number),
    }));
    await eventually(() => expect(logged).toEqual(lines));
    vi.restoreAllMocks();
  });

  it('reports every search, and the turning of a page not at all', async () => {
    await bothWays('/products/search?q=brass%20lamp');
    await eventually(() =>
      expect(searches).toEqual([
        ['brass lamp', 1],
        ['brass lamp', 1],
      ]),
    );
    await bothWays('/products/search?q=brass%20lamp&page=2');
    await bothWays('/products/search?q=end');
    await eventually(() => expect(searches).toHaveLength(4));
    expect(searches.at(-1)).toEqual(['end', 1]);
  });

  it('is taken once an address is known, and is counted and timed under its route', async () => {
    const taken = async () => {
      const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
      return { metrics, count: Number(/gateway_repeated_answers_total\{[^}]*\} (\d+)/.exec(metrics)?.[1]) };
    };
    const metrics = await eventually(async () => {
      const { count: before } = await taken();
      await bothWays('/products/slug/lamp');
      const after = await taken();
      expect(after.count - before).toBe(1);
      return after.metrics;
    });

    expect(metrics).toMatch(
      /http_requests_total\{route="\/api\/products\/slug\/:slug",method="GET",status="200",[^}]*\} ([2-9]|\d{2})/,
    );
  });

  it('gives nothing that a change has overtaken', async () => {
    const path = `/products/${PRODUCT_ID}?t=${newId()}`;
    const headers = { 'x-forwarded-for': newAddress() };
    const shown = async () => (await gateway.call('GET', path, { headers })).body['data'];
    let stock = 7;
    gateway.upstreams.product.getProduct = async () => product({ stock });
    await shown();

    // Untold, each try takes a second.
    const soonest = await quickest(500, async () => {
      stock -= 1;
      const data = { productId: PRODUCT_ID, version: 2 };
      await gateway.service.publish(createEvent('product.deleted', { subject: PRODUCT_ID, data }));
      await eventually(async () => expect(await shown()).toMatchObject({ stock }));
    });
    expect(soonest).toBeLessThan(500);
  });
});
