import { createEvent } from '@vici/events';
import { eventually, quickest, useTestRedis } from '@vici/testing';
import { currentContext, DomainError, newId } from '@vici/utils';
import { describe, expect, it } from 'vitest';
import { useGateway } from '../fixtures/gateway.fixture.js';
import { PRODUCT_ID, product } from '../fixtures/messages.fixture.js';
import { signIn } from '../fixtures/tokens.fixture.js';

const redis = useTestRedis();
const uncached = useGateway();
const cached = useGateway({ CATALOGUE_CACHE_MS: '1000' });
const other = useGateway({ CATALOGUE_CACHE_MS: '1000' });
const brief = useGateway({ CATALOGUE_CACHE_MS: '50' });

/** Does it with another list where the machine stood still for longer than an answer is good for. */
async function withinItsTime(work: (category: string) => Promise<void>): Promise<void> {
  await eventually(() => work(newId()));
}

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
    const { token } = await signIn(redis.client);
    await withinItsTime(async (category) => {
      const callers: unknown[] = [];
      cached.upstreams.product.listProducts = async () => {
        callers.push(currentContext()?.caller);
        return { products: [], page: { page: 1, limit: 20, total: 0n } };
      };
      const answers = await Promise.all(
        [1, 2, 3].map(() => cached.call('GET', `/products?category=${category}&page=1`, { token })),
      );
      const reordered = await cached.call('GET', `/products?page=1&category=${category}&unknown=1`);
      expect([...answers, reordered].map(({ status }) => status)).toEqual([200, 200, 200, 200]);
      expect(callers).toEqual([{ role: 'anonymous' }]);
    });
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
    let stock = 9;
    cached.upstreams.product.getProduct = async () => product({ stock });
    const shown = async () => (await cached.call('GET', `/products/${PRODUCT_ID}`)).body['data'];
    const becomesShown = () => eventually(async () => expect(await shown()).toMatchObject({ stock }));
    await becomesShown();
    stock = 8;
    await becomesShown();

    // Untold, each try takes the second.
    const soonest = await quickest(500, async () => {
      stock -= 1;
      await cached.service.publish(stockEvent());
      await becomesShown();
    });
    expect(soonest).toBeLessThan(500);
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

  it('are made once for all gateways that are asked at a time', async () => {
    await withinItsTime(async (category) => {
      let loads = 0;
      const load = async () => {
        loads += 1;
        await new Promise((resolve) => setTimeout(resolve, 60));
        return { products: [], page: { page: 1, limit: 20, total: BigInt(loads) } };
      };
      for (const { upstreams } of [cached, other]) upstreams.product.listProducts = load;
      const answers = await Promise.all(
        [cached, other, cached, other].map((gateway) =>
          gateway.call('GET', `/products?category=${category}`),
        ),
      );

      expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
      expect(new Set(answers.map(({ headers }) => headers.get('etag'))).size).toBe(1);
      expect(loads).toBe(1);
    });
  });

  it('of one gateway are not taken by another that has heard of a change since', async () => {
    const path = `/products/${PRODUCT_ID}`;
    const stockOf = async ({ call }: typeof cached) => (await call('GET', path)).body['data'];
    // What the changes of the tests before have left unsettled is over.
    cached.upstreams.product.getProduct = async () => product({ stock: 9 });
    await new Promise((resolve) => setTimeout(resolve, 400));
    await stockOf(cached);
    other.upstreams.product.getProduct = async () => product({ stock: 8 });
    await other.service.publish(stockEvent());

    await eventually(async () => expect(await stockOf(other)).toMatchObject({ stock: 8 }));
  });

  it('that are due are given at once, once more, and made anew meanwhile', async () => {
    await withinItsTime(async (category) => {
      let loads = 0;
      brief.upstreams.product.listProducts = async () => {
        loads += 1;
        if (loads === 2) throw new DomainError('SERVICE_UNAVAILABLE', 'Not now.');
        return { products: [], page: { page: 1, limit: 20, total: BigInt(loads) } };
      };
      const total = async () => (await brief.call('GET', `/products?category=${category}`)).text;
      const first = await total();
      await new Promise((resolve) => setTimeout(resolve, 80));
      // The failure of the load beside it is nobody's: what is kept is good enough until it is too old.
      expect(await total()).toBe(first);
      await eventually(() => expect(loads).toBe(2), { timeoutMs: 1_000 });
      expect(await total()).toBe(first);
      await eventually(async () => expect(JSON.parse(await total()).data.pagination.total).toBe(3), {
        timeoutMs: 1_000,
      });
    });
  });
});
