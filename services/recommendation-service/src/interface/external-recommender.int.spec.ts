import { ProductServiceDefinition } from '@vici/proto-gen/product';
import { Placement, RecommendationServiceDefinition } from '@vici/proto-gen/recommendation';
import { asCaller, eventually, fakeUpstream, useService, useTestRedis } from '@vici/testing';
import { newId } from '@vici/utils';
import { beforeAll, describe, expect, it } from 'vitest';
import { RecommendationIndex } from '../domain/recommendation-index.js';
import { recommendationService } from '../recommendation.service.js';
import {
  behaviourEvent,
  blueLamp,
  oakChair,
  pineChair,
  productAnswers,
  redLamp,
  shop,
  shopEvents,
  soldOut,
} from './shop.fixture.js';

const products = fakeUpstream(ProductServiceDefinition, { ...productAnswers });
const redis = useTestRedis();
const service = useService(recommendationService, { RECOMMENDER: 'external' }, { upstreams: [products] });
const client = () => service.client(RecommendationServiceDefinition);

beforeAll(async () => {
  for (const event of shopEvents()) await service.publish(event);
  await eventually(() => {
    const { catalogue } = service.get(RecommendationIndex);
    expect([catalogue.size, catalogue.available(soldOut.id)]).toEqual([shop.length, 0]);
  });
});

describe('With the lists of another pipeline', () => {
  it('serves them in their order, fills up by the chain, and shows nothing that cannot be sold', async () => {
    const shopperSessionId = newId();
    await redis.client.zadd(`rec:session:${shopperSessionId}`, 5, soldOut.id, 3, pineChair.id, 2, redLamp.id);
    await redis.client.zadd('rec:trending', 9, oakChair.id);

    const { items, source } = await asCaller({ role: 'anonymous', shopperSessionId }, () =>
      client().recommend({ placement: Placement.SESSION, limit: 4 }),
    );

    expect(items.map(({ product, source: from }) => [product?.id, from])).toEqual([
      [pineChair.id, 'session'],
      [redLamp.id, 'session'],
      [oakChair.id, 'trending'],
      [blueLamp.id, expect.stringMatching(/popular|new_arrivals/)],
    ]);
    expect(source).toBe('session');
  });

  it('orders what is bought together by the count that is stored', async () => {
    await redis.client.zadd(`rec:product:${redLamp.id}:frequently_bought`, 2, blueLamp.id, 7, oakChair.id);
    const { items } = await client().recommend({
      placement: Placement.FREQUENTLY_BOUGHT,
      productId: redLamp.id,
      limit: 2,
    });
    expect(items.map(({ product, score }) => [product?.id, score])).toEqual([
      [oakChair.id, 7],
      [blueLamp.id, 2],
    ]);
  });

  it('learns from shoppers, but writes no list', async () => {
    const sessionId = newId();
    await service.publish(behaviourEvent('product_view', { productId: redLamp.id, sessionId }));
    const { sessions } = service.get(RecommendationIndex);
    await eventually(() => expect(sessions.session(sessionId)).toBeDefined());

    expect(await redis.client.exists(`rec:session:${sessionId}`, `rec:session:${sessionId}:viewed`)).toBe(0);
    expect(await redis.client.keys('product:*')).toEqual([]);
  });
});
