import type { ShopperEvents } from '@vici/proto-gen/event';
import { ProductSort } from '@vici/proto-gen/product';
import { Placement, type RecommendRequest } from '@vici/proto-gen/recommendation';
import { eventually, useTestRedis } from '@vici/testing';
import { currentContext, DomainError, newId } from '@vici/utils';
import { describe, expect, it } from 'vitest';
import { useGateway } from '../fixtures/gateway.fixture.js';
import { CATEGORY_ID, PRODUCT_ID, product, usd, VARIANT_ID } from '../fixtures/messages.fixture.js';
import { signIn } from '../fixtures/tokens.fixture.js';

const redis = useTestRedis();
const gateway = useGateway();
const { upstreams, call } = gateway;

const REST_PRODUCT = {
  id: PRODUCT_ID,
  name: 'Lamp',
  slug: 'lamp',
  description: 'A lamp.',
  price: 24.99,
  originalPrice: 29.9,
  currency: 'USD',
  categoryId: CATEGORY_ID,
  categoryName: 'Lighting',
  images: ['http://localhost:9000/lamp.png'],
  rating: 4.5,
  reviewCount: 12,
  stock: 7,
  inStock: true,
  backorderable: 0,
  specifications: { Power: '9 W' },
  tags: ['led'],
  variants: [
    {
      id: VARIANT_ID,
      productId: PRODUCT_ID,
      name: 'Black',
      sku: 'LAMP-1-B',
      price: 25.99,
      stock: 3,
      inStock: true,
      backorderable: 0,
      attributes: { colour: 'black' },
    },
  ],
  isNew: true,
  isFeatured: false,
  isOnSale: true,
  sku: 'LAMP-1',
  status: 'ACTIVE',
  createdAt: '2026-03-01T10:00:00.000Z',
  updatedAt: '2026-03-02T10:00:00.000Z',
};

describe('products', () => {
  it('are shown with decimals, by id and by slug', async () => {
    const asked: unknown[] = [];
    upstreams.product.getProduct = async ({ by }) => {
      asked.push(by);
      return product();
    };
    expect((await call('GET', `/products/${PRODUCT_ID.toUpperCase()}`)).body).toEqual({
      success: true,
      data: REST_PRODUCT,
    });
    expect((await call('GET', '/products/slug/lamp')).body['data']).toEqual(REST_PRODUCT);
    expect(asked).toEqual([
      { $case: 'id', value: PRODUCT_ID },
      { $case: 'slug', value: 'lamp' },
    ]);
  });

  it('are listed with every filter in minor units', async () => {
    let asked: unknown;
    upstreams.product.listProducts = async (request) => {
      asked = request;
      return {
        products: [product()],
        page: { page: 2, limit: 5, total: 11n, totalIsEstimate: true },
        nextCursor: 'def',
      };
    };
    const answer = await call(
      'GET',
      '/products?category=lighting&minPrice=10&maxPrice=24.99&rating=4&inStock=true&tags=led,desk&tags=new&attributes=size:M,brand:Nordhem&cursor=abc&search=lamp&isFeatured=false&isNew=1&isOnSale=0&page=2&limit=5&sort=price_desc',
    );
    expect(answer.body['data']).toEqual({
      data: [REST_PRODUCT],
      pagination: {
        page: 2,
        limit: 5,
        total: 11,
        totalPages: 3,
        totalIsEstimate: true,
        nextCursor: 'def',
      },
    });
    expect(asked).toEqual({
      cursor: 'abc',
      filter: {
        attributes: ['size:M', 'brand:Nordhem'],
        category: 'lighting',
        minPrice: 1000n,
        maxPrice: 2499n,
        minRating: 4,
        inStock: true,
        tags: ['led', 'desk', 'new'],
        isFeatured: false,
        isNew: true,
        isOnSale: false,
      },
      sort: ProductSort.PRICE_DESC,
      page: { page: 2, limit: 5 },
      search: 'lamp',
    });
  });

  it('are suggested while a query is typed', async () => {
    upstreams.product.suggestSearches = async ({ text, limit }) => ({
      queries: [`${text}mp`, String(limit)],
      products: [product()],
    });
    const { body } = await call('GET', '/products/suggest?q=la&limit=3');
    const { id, name, slug, price, images } = REST_PRODUCT;

    expect(body['data']).toEqual({
      queries: ['lamp', '3'],
      products: [{ id, name, slug, price, image: images[0] }],
    });
  });

  it('are not filtered by an amount the currency does not have', async () => {
    const answer = await call('GET', '/products?minPrice=1.005');
    expect(answer.body['details']).toEqual({
      fields: [{ field: 'minPrice', message: 'must be an amount with at most the decimals of USD' }],
    });
  });

  it('have a price range, all zero where there is none', async () => {
    upstreams.product.getPriceRange = async ({ category }) =>
      category === undefined
        ? { minPrice: usd(500n), maxPrice: usd(9900n), avgPrice: usd(2450n), productCount: 3 }
        : {};
    expect((await call('GET', '/products/price-range')).body['data']).toEqual({
      minPrice: 5,
      maxPrice: 99,
      avgPrice: 24.5,
      productCount: 3,
    });
    expect((await call('GET', '/products/price-range?category=empty')).body['data']).toEqual({
      minPrice: 0,
      maxPrice: 0,
      avgPrice: 0,
      productCount: 0,
    });
  });

  it('stand in categories, found by id or slug', async () => {
    const category = {
      id: CATEGORY_ID,
      name: 'Lighting',
      slug: 'lighting',
      productCount: 4,
      isActive: true,
      sortOrder: 2,
    };
    upstreams.product.listCategories = async () => ({ categories: [category] });
    upstreams.product.getCategory = async ({ idOrSlug }) => {
      if (idOrSlug !== 'lighting')
        throw new DomainError('NOT_FOUND', 'No such category.', { entity: 'Category' });
      return category;
    };
    const shown = { ...category, description: '', image: '' };
    expect((await call('GET', '/products/categories')).body['data']).toEqual([shown]);
    expect((await call('GET', '/products/categories/lighting')).body['data']).toEqual(shown);
    const unknown = await call('GET', '/products/categories/none');
    expect([unknown.status, unknown.body['error']]).toEqual([404, 'NOT_FOUND']);
  });
});

describe('searches', () => {
  it('give products, suggestions and facets, and are reported once a search', async () => {
    const ingested: { shoppers: ShopperEvents[]; caller: unknown }[] = [];
    upstreams.event.ingestForShoppers = async ({ shoppers }) => {
      ingested.push({ shoppers, caller: currentContext()?.caller });
      return {};
    };
    upstreams.product.searchProducts = async () => ({
      products: [product()],
      page: { page: 1, limit: 20, total: 1n },
      suggestions: ['lamps'],
      facets: [{ name: 'tag', values: [{ value: 'led', label: 'LED', count: 1 }] }],
    });
    const visit = newId();
    const headers = { 'x-session-id': visit };
    const answer = await call('GET', '/products/search?q=%20lamp%20', { headers });
    await call('GET', '/products/search?q=lamp&page=2', { headers });
    expect(answer.body['data']).toEqual({
      products: [REST_PRODUCT],
      total: 1,
      suggestions: ['lamps'],
      facets: [{ name: 'tag', values: [{ value: 'led', label: 'LED', count: 1 }] }],
    });
    await eventually(() => expect(ingested).toHaveLength(1));
    expect(ingested[0]?.caller).toEqual({ role: 'system', service: 'api-gateway' });
    const [shopper] = ingested[0]?.shoppers ?? [];
    expect(shopper).toMatchObject({ sessionId: visit, clientIp: '127.0.0.1', userAgent: 'node' });
    expect(shopper?.userId).toBeUndefined();
    expect(shopper?.events).toMatchObject([
      {
        eventType: 'search',
        query: 'lamp',
        resultsCount: 1,
        resultProductIds: [PRODUCT_ID],
        source: 'gateway',
      },
    ]);
  });

  it('need words', async () => {
    for (const query of ['', '?q=', '?q=%20']) {
      const answer = await call('GET', `/products/search${query}`);
      expect([answer.status, answer.body['error']]).toEqual([400, 'VALIDATION_FAILED']);
    }
  });
});

describe('a product view', () => {
  it('is answered at once and reported afterwards, once for a repeated request', async () => {
    const gate = Promise.withResolvers<void>();
    const events: ShopperEvents['events'] = [];
    upstreams.event.ingestForShoppers = async ({ shoppers }) => {
      await gate.promise;
      events.push(...shoppers.flatMap((shopper) => shopper.events));
      return {};
    };
    const view = () =>
      call('POST', `/products/${PRODUCT_ID}/view`, {
        body: { source: 'recommendation', position: 3 },
        headers: { 'x-request-id': 'view-1', 'x-session-id': CATEGORY_ID },
      });
    const answers = [await view(), await view()];
    expect(answers.map(({ status, text }) => [status, text])).toEqual([
      [204, ''],
      [204, ''],
    ]);
    expect(events).toEqual([]);
    gate.resolve();
    await eventually(() => expect(events).toHaveLength(2));
    expect(events[0]).toMatchObject({
      eventType: 'product_view',
      productId: PRODUCT_ID,
      source: 'recommendation',
      position: 3,
    });
    expect(events[1]?.id).toBe(events[0]?.id);
  });

  it('is accepted while the event service is down', async () => {
    upstreams.event.ingestForShoppers = async () => {
      throw new DomainError('SERVICE_UNAVAILABLE', 'down');
    };
    expect((await call('POST', `/products/${PRODUCT_ID}/view`)).status).toBe(204);
    await eventually(async () => {
      const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
      expect(metrics).toMatch(/gateway_tracked_behaviour_total\{result="failed",[^}]*\} [1-9]/);
    });
  });
});

describe('recommended products', () => {
  it('are asked for the shopper, the product, or the category', async () => {
    const asked: RecommendRequest[] = [];
    const callers: unknown[] = [];
    upstreams.recommendation.recommend = async (request) => {
      asked.push(request);
      callers.push(currentContext()?.caller.userId);
      return { items: [{ product: product(), score: 0.9, reason: 'Bought with a desk', source: 'related' }] };
    };
    upstreams.product.getCategory = async () => ({ id: CATEGORY_ID });
    const { token, userId } = await signIn(redis.client);
    const answer = await call('GET', '/products/recommended?limit=4', { token });
    expect(answer.body['data']).toEqual([REST_PRODUCT]);
    await call('GET', '/products/trending?category=lighting');
    await call('GET', `/products/${PRODUCT_ID}/related`);
    expect(asked).toEqual([
      { placement: Placement.USER, limit: 4 },
      { placement: Placement.TRENDING, limit: 0, categoryId: CATEGORY_ID },
      { placement: Placement.RELATED, limit: 0, productId: PRODUCT_ID },
    ]);
    expect(callers).toEqual([userId, undefined, undefined]);
  });

  it('are none while recommendations are down; the page goes on', async () => {
    upstreams.recommendation.recommend = async () => {
      throw new DomainError('SERVICE_UNAVAILABLE', 'down');
    };
    for (const path of ['/products/recommended', '/products/trending', `/products/${PRODUCT_ID}/related`]) {
      const answer = await call('GET', path);
      expect([answer.status, answer.body]).toEqual([200, { success: true, data: [] }]);
    }
    const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
    expect(metrics).toMatch(
      /gateway_recommendations_degraded_total\{placement="PLACEMENT_RELATED",[^}]*\} 1/,
    );
  });

  it('of an unknown product are NOT_FOUND', async () => {
    upstreams.recommendation.recommend = async () => {
      throw new DomainError('NOT_FOUND', 'No such product.', { entity: 'Product', id: PRODUCT_ID });
    };
    expect((await call('GET', `/products/${PRODUCT_ID}/related`)).status).toBe(404);
  });

  it('come with score, reason and source at /recommendations, which fails when they are down', async () => {
    upstreams.recommendation.recommend = async () => ({
      items: [{ product: product(), score: 0.9, reason: 'Popular now', source: 'trending' }],
      source: 'trending',
      recommendationId: 'r1',
    });
    const paths = ['user', 'session', 'trending', 'popular', 'new-arrivals', `products/${PRODUCT_ID}`];
    for (const path of [...paths, `products/${PRODUCT_ID}/frequently-bought`]) {
      expect((await call('GET', `/recommendations/${path}`)).body['data']).toEqual({
        items: [{ product: REST_PRODUCT, score: 0.9, reason: 'Popular now', source: 'trending' }],
        source: 'trending',
        recommendationId: 'r1',
      });
    }
    upstreams.recommendation.recommend = async () => {
      throw new DomainError('SERVICE_UNAVAILABLE', 'down');
    };
    expect((await call('GET', '/recommendations/popular')).status).toBe(503);
  });
});
