import { ProductServiceDefinition } from '@vici/proto-gen/product';
import { Placement, RecommendationServiceDefinition } from '@vici/proto-gen/recommendation';
import { asCaller, eventually, fakeUpstream, useService, useTestRedis } from '@vici/testing';
import { DomainError, newId, REDIS, type Redis } from '@vici/utils';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ListStore } from '../application/list-store.js';
import { ShownProducts } from '../application/shown-products.js';
import { RecommendationIndex } from '../domain/recommendation-index.js';
import { RecommendationLists } from '../domain/recommendation-lists.js';
import { recommendationService } from '../recommendation.service.js';
import {
  behaviourEvent,
  blueLamp,
  chairs,
  forSale,
  oakChair,
  pineChair,
  productAnswers,
  redLamp,
  type ShopProduct,
  shop,
  shopEvents,
  soldOut,
  sortedIds,
} from './shop.fixture.js';

const products = fakeUpstream(ProductServiceDefinition, { ...productAnswers });
const redis = useTestRedis();
const service = useService(recommendationService, {}, { upstreams: [products] });
const client = () => service.client(RecommendationServiceDefinition);
const idsOf = (items: readonly { product?: { id: string } | undefined }[]) =>
  items.map(({ product }) => product?.id);

const view = (sessionId: string, { id }: ShopProduct) =>
  service.publish(behaviourEvent('product_view', { productId: id, sessionId }));

beforeAll(async () => {
  for (const event of shopEvents()) await service.publish(event);
  await eventually(() => {
    const { catalogue } = service.get(RecommendationIndex);
    expect(catalogue.size).toBe(shop.length);
    expect(catalogue.available(soldOut.id)).toBe(0);
  });
});

beforeEach(() => {
  for (const { id } of forSale) service.get(ShownProducts).forget(id);
});

afterEach(() => {
  products.handlers.getProducts = productAnswers.getProducts;
});

describe('Recommend', () => {
  it('gives a session products for sale, with a reason, a source and an id', async () => {
    const shopperSessionId = newId();
    for (const other of [newId(), newId()]) {
      await view(other, redLamp);
      await service.publish(behaviourEvent('add_to_cart', { productId: blueLamp.id, sessionId: other }));
    }
    await view(shopperSessionId, redLamp);
    await eventually(() => expect(service.get(RecommendationLists).viewed(shopperSessionId)).toHaveLength(1));

    const { items, source, recommendationId } = await asCaller({ role: 'anonymous', shopperSessionId }, () =>
      client().recommend({ placement: Placement.SESSION, limit: 3 }),
    );

    expect(idsOf(items).toSorted()).toEqual(sortedIds([blueLamp, oakChair, pineChair]));
    expect(items[0]).toMatchObject({
      product: { id: blueLamp.id, name: 'Blue lamp' },
      reason: 'Because you viewed Red lamp',
      source: 'session',
    });
    expect(source).toBe('session');
    expect(recommendationId).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('fills up for a stranger from what everybody likes, with all that is for sale and nothing else', async () => {
    for (const placement of [Placement.USER, Placement.TRENDING, Placement.POPULAR, Placement.NEW_ARRIVALS]) {
      const { items } = await client().recommend({ placement, limit: 10 });
      expect(idsOf(items).toSorted()).toEqual(sortedIds(forSale));
    }
  });

  it('shows on a product page neither the product itself nor another category than the one asked for', async () => {
    const about = { placement: Placement.RELATED, productId: redLamp.id, limit: 10 };
    const everything = await client().recommend(about);
    const onlyChairs = await client().recommend({ ...about, categoryId: chairs });

    expect(idsOf(everything.items).toSorted()).toEqual(sortedIds([blueLamp, oakChair, pineChair]));
    expect(idsOf(onlyChairs.items).toSorted()).toEqual(sortedIds([oakChair, pineChair]));
  });

  it('never shows what the shopper has just bought', async () => {
    const [userId, sessionId] = [newId(), newId()];
    await service.publish(behaviourEvent('purchase', { productId: blueLamp.id, sessionId, userId }));
    await eventually(() => expect(service.get(RecommendationLists).history(userId)).toHaveLength(1));

    const { items } = await asCaller({ role: 'customer', userId, shopperSessionId: sessionId }, () =>
      client().recommend({ placement: Placement.USER, limit: 10 }),
    );

    expect(idsOf(items).toSorted()).toEqual(sortedIds([redLamp, oakChair, pineChair]));
  });

  it('drops what product-service no longer sells, and asks it once', async () => {
    const asked: string[][] = [];
    products.handlers.getProducts = async ({ ids, activeOnly }) => {
      asked.push(activeOnly ? ids : []);
      const { products: found } = await productAnswers.getProducts({ ids });
      return {
        products: found
          .filter(({ id }) => id !== oakChair.id)
          .map((one) => (one.id === pineChair.id ? { ...one, stock: 0 } : one)),
      };
    };

    const { items } = await client().recommend({ placement: Placement.NEW_ARRIVALS, limit: 3 });

    expect(idsOf(items)).toEqual([blueLamp.id, redLamp.id]);
    expect(asked.map((ids) => ids.toSorted())).toEqual([sortedIds(forSale)]);
  });

  it('says so when product-service is away', async () => {
    products.handlers.getProducts = async () => {
      throw new DomainError('SERVICE_UNAVAILABLE', 'Away.');
    };

    await expect(client().recommend({ placement: Placement.POPULAR })).rejects.toMatchObject({
      code: 'SERVICE_UNAVAILABLE',
    });
  });

  it.each([
    ['placement', {}],
    ['limit', { placement: Placement.POPULAR, limit: 101 }],
    ['product_id', { placement: Placement.SIMILAR }],
    ['product_id', { placement: Placement.SIMILAR, productId: 'x' }],
    ['category_id', { placement: Placement.POPULAR, categoryId: 'x' }],
  ])('names a bad %s', async (field, request) => {
    await expect(client().recommend(request)).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
      details: { fields: [expect.objectContaining({ field })] },
    });
  });

  it('answers from the index while Redis is away, and writes what was missed when it is back', async () => {
    const connection = service.get<Redis>(REDIS);
    const shopperSessionId = newId();
    connection.disconnect();
    await view(shopperSessionId, pineChair);
    await eventually(() => expect(service.get(RecommendationLists).viewed(shopperSessionId)).toHaveLength(1));
    const during = await asCaller({ role: 'anonymous', shopperSessionId }, () =>
      client().recommend({ placement: Placement.SESSION, limit: 1 }),
    );
    const key = `rec:session:${shopperSessionId}`;
    const missing = await redis.client.exists(key);

    await connection.connect();

    expect(during.source).toBe('session');
    expect(missing).toBe(0);
    await eventually(async () => expect(await redis.client.exists(key)).toBe(1));
  });
});

describe('other writers', () => {
  it('may put their own lists in place: they are served first', async () => {
    const store = service.get(ListStore);
    const sessionId = newId();
    await store.write([
      {
        type: 'sorted-set',
        key: `rec:session:${sessionId}`,
        entries: [{ id: oakChair.id, score: 9 }],
        ttlSeconds: 60,
      },
    ]);

    const { items } = await asCaller({ role: 'anonymous', shopperSessionId: sessionId }, () =>
      client().recommend({ placement: Placement.SESSION, limit: 1 }),
    );

    expect(items[0]).toMatchObject({ product: { id: oakChair.id }, score: 9, source: 'session' });
  });
});
