import { createEvent } from '@vici/events';
import { eventually, useTestRedis } from '@vici/testing';
import { currentContext, DomainError } from '@vici/utils';
import { describe, expect, it } from 'vitest';
import { useGateway } from '../fixtures/gateway.fixture.js';
import { PRODUCT_ID, product } from '../fixtures/messages.fixture.js';
import { signIn } from '../fixtures/tokens.fixture.js';

const redis = useTestRedis();
const uncached = useGateway();
const cached = useGateway({ CATALOGUE_CACHE_MS: '1000' });

describe('catalogue answers', () => {
  const stockEvent = () =>
    createEvent('stock.changed', {
      subject: 'LAMP-1',
      data: {
        sku: 'LAMP-1',
        productId: PRODUCT_ID,
        onHand: 1,
        reserved: 0,
        available: 1,
        productAvailable: 1,
        version: 2,
        reason: 'sold',
      },
    });

  it('carry a strong ETag that changes with the content, and 304 without a body', async () => {
    let stock = 7;
    uncached.upstreams.product.getProduct = async () => product({ stock });
    const path = `/products/${PRODUCT_ID}`;
    const etag = (await uncached.call('GET', path)).headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[\w-]{43}"$/);
    const known = await uncached.call('GET', path, { headers: { 'if-none-match': `"other", W/${etag}` } });
    expect([known.status, known.text, known.headers.get('etag')]).toEqual([304, '', etag]);
    expect(known.headers.get('cache-control')).toBe('private, no-cache');
    stock = 6;
    const changed = await uncached.call('GET', path, { headers: { 'if-none-match': etag } });
    expect(changed.status).toBe(200);
    expect(changed.headers.get('etag')).not.toBe(etag);
  });

  it('are made once for many who ask at a time, as an anonymous shopper', async () => {
    const callers: unknown[] = [];
    cached.upstreams.product.listProducts = async () => {
      callers.push(currentContext()?.caller);
      return { products: [], page: { page: 1, limit: 20, total: 0n } };
    };
    const { token } = await signIn(redis.client);
    const answers = await Promise.all(
      [1, 2, 3].map(() => cached.call('GET', '/products?sort=name&page=1', { token })),
    );
    const reordered = await cached.call('GET', '/products?page=1&sort=name&unknown=1');
    expect([...answers, reordered].map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(callers).toEqual([{ role: 'anonymous' }]);
  });

  it('keep nothing of a failure', async () => {
    cached.upstreams.product.getProduct = async () => {
      throw new DomainError('NOT_FOUND', 'Not yet.');
    };
    expect((await cached.call('GET', '/products/slug/soon')).status).toBe(404);
    cached.upstreams.product.getProduct = async () => product();
    expect((await cached.call('GET', '/products/slug/soon')).status).toBe(200);
  });

  it('change within a second when nobody tells, and sooner when the stock changes', async () => {
    let stock = 7;
    cached.upstreams.product.getProduct = async () => product({ stock });
    const shown = async () => {
      const { data } = (await cached.call('GET', `/products/${PRODUCT_ID}`)).body;
      return typeof data === 'object' && data !== null && 'stock' in data ? data.stock : undefined;
    };
    expect(await shown()).toBe(7);
    stock = 1;
    expect(await shown()).toBe(7);
    const told = performance.now();
    await cached.service.publish(stockEvent());
    await eventually(async () => expect(await shown()).toBe(1), { timeoutMs: 900 });
    expect(performance.now() - told).toBeLessThan(900);
    stock = 0;
    await eventually(async () => expect(await shown()).toBe(0), { timeoutMs: 1500 });
  });

  it('made before a change are not kept after it', async () => {
    const gate = Promise.withResolvers<void>();
    let stock = 7;
    let loads = 0;
    cached.upstreams.product.getProduct = async () => {
      loads += 1;
      const found = product({ stock });
      await gate.promise;
      return found;
    };
    const early = cached.call('GET', '/products/slug/lamp');
    await eventually(() => expect(loads).toBe(1));
    stock = 1;
    await cached.service.publish(stockEvent());
    // Another load under way beside the first shows that the change was heard of.
    await eventually(async () => {
      void cached.call('GET', '/products/slug/lamp');
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(loads).toBeGreaterThan(1);
    });
    gate.resolve();
    expect((await early).body['data']).toMatchObject({ stock: 7 });
    expect((await cached.call('GET', '/products/slug/lamp')).body['data']).toMatchObject({ stock: 1 });
  });
});
