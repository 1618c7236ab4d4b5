import { ProductServiceDefinition } from '@vici/proto-gen/product';
import { Placement, RecommendationServiceDefinition } from '@vici/proto-gen/recommendation';
import { asCaller, eventually, fakeUpstream, quickest, useService, useTestRedis } from '@vici/testing';
import { newId, startService } from '@vici/utils';
import { beforeAll, describe, expect, it } from 'vitest';
import { InteractionRetention } from '../application/interaction-retention.js';
import { ShopperProjector } from '../application/shopper-projector.js';
import { RecommendationIndex } from '../domain/recommendation-index.js';
import { RecommendationLists } from '../domain/recommendation-lists.js';
import { recommendationService } from '../recommendation.service.js';
import {
  behaviourEvent,
  blueLamp,
  forSale,
  home,
  lamps,
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
const system = <T>(work: () => Promise<T>) => asCaller({ role: 'system', service: 'importer' }, work);

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

describe('the lists in Redis', () => {
  it('hold a session’s list within a second of the view, and change with the next view', async () => {
    let sessionId = newId();
    const soonest = await quickest(1_000, async () => {
      sessionId = newId();
      await view(sessionId, redLamp);
      await eventually(async () => expect(await redis.client.exists(`rec:session:${sessionId}`)).toBe(1), {
        intervalMs: 5,
      });
    });
    expect(soonest).toBeLessThan(1_000);

    const first = await redis.client.zrevrange(`rec:session:${sessionId}`, 0, -1);
    expect(first[0]).toBe(blueLamp.id);
    expect(first.toSorted()).toEqual(sortedIds([blueLamp, oakChair, pineChair]));
    expect(await redis.client.ttl(`rec:session:${sessionId}`)).toBeGreaterThan(3_590);

    await view(sessionId, oakChair);
    await eventually(async () => {
      const next = await redis.client.zrevrange(`rec:session:${sessionId}`, 0, -1);
      expect(next[0]).toBe(pineChair.id);
      expect(next).not.toContain(oakChair.id);
    });
    expect(await redis.client.lrange(`rec:session:${sessionId}:viewed`, 0, -1)).toEqual([
      oakChair.id,
      redLamp.id,
    ]);
    expect(await redis.client.ttl(`rec:session:${sessionId}:viewed`)).toBeGreaterThan(86_390);
  });

  it('are written once for what a session does within a moment, and say so', async () => {
    const [sessionId, after] = [newId(), newId()];
    const told: string[][] = [];
    const listener = redis.client.duplicate();
    listener.on('message', (_channel: string, message: string) => {
      const { sessions }: { sessions: string[] } = JSON.parse(message);
      told.push(sessions);
    });
    await listener.subscribe('rec:changed');
    const shoppers = service.get(ShopperProjector);
    for (let time = 0; time < 5; time += 1) shoppers.touch({ sessions: [sessionId] });
    await eventually(() => expect(told.flat()).toContain(sessionId));
    shoppers.touch({ sessions: [after] });
    await eventually(() => expect(told.flat()).toContain(after));

    expect(told.flat().filter((id) => id === sessionId)).toEqual([sessionId]);
    listener.disconnect();
  });

  it('hold a signed-in shopper’s lists with their types and times to live', async () => {
    const [userId, sessionId] = [newId(), newId()];
    const timestamp = Date.now() - 5;
    await service.publish(
      behaviourEvent('product_view', { productId: redLamp.id, sessionId, userId, timestamp }),
    );

    await eventually(async () => expect(await redis.client.sismember('rec:users_with_recs', userId)).toBe(1));
    const shopper = `rec:user:${userId}`;
    for (const [key, ttl] of [
      [`${shopper}:personalized`, 1_800],
      [`${shopper}:session`, 3_600],
      [`${shopper}:history`, 604_800],
    ] as const) {
      expect(await redis.client.type(key)).toBe('zset');
      expect(Math.abs((await redis.client.ttl(key)) - ttl)).toBeLessThan(10);
    }
    expect(await redis.client.zrange(`${shopper}:history`, '0', '-1', 'WITHSCORES')).toEqual([
      redLamp.id,
      `${timestamp}`,
    ]);
    const personalized = await redis.client.zrange(`${shopper}:personalized`, '0', '-1');
    expect(personalized.toSorted()).toEqual(sortedIds([blueLamp, oakChair, pineChair]));
    expect(await redis.client.hget('rec:stats', 'total_products')).toBe(`${shop.length}`);
    expect(Date.parse((await redis.client.get('rec:last_update')) ?? '')).toBeGreaterThan(timestamp);
  });

  it('hold the products, the categories and what is true for everybody', async () => {
    await view(newId(), redLamp);

    await eventually(
      async () => {
        expect((await redis.client.zrange(`rec:product:${redLamp.id}:similar`, '0', '-1')).sort()).toEqual(
          sortedIds([blueLamp, oakChair, pineChair]),
        );
        expect(await redis.client.zrevrange('rec:new_arrivals', 0, -1)).toEqual(
          forSale.map(({ id }) => id).reverse(),
        );
        expect(await redis.client.zscore('rec:trending', redLamp.id)).not.toBeNull();
        expect(await redis.client.zscore(`rec:trending:category:${home}`, redLamp.id)).not.toBeNull();
        expect(await redis.client.zscore('rec:popular', redLamp.id)).not.toBeNull();
        expect(await redis.client.hgetall(`category:${lamps}`)).toEqual({
          id: lamps,
          name: 'Lamps',
          slug: 'lamps',
        });
      },
      { timeoutMs: 15_000, intervalMs: 100 },
    );
    expect(await redis.client.hgetall(`product:${soldOut.id}`)).toEqual({
      id: soldOut.id,
      name: 'Sold out lamp',
      price: '1999',
      image: `https://img.example/${soldOut.id}.svg`,
      category_id: lamps,
      rating: '4.5',
      stock: '0',
    });
    expect(Math.abs((await redis.client.ttl('rec:trending')) - 900)).toBeLessThan(10);
    expect(Math.abs((await redis.client.ttl('rec:popular')) - 3_600)).toBeLessThan(20);
    expect(Math.abs((await redis.client.ttl(`rec:product:${redLamp.id}:similar`)) - 86_400)).toBeLessThan(20);
    expect(await redis.client.ttl('rec:stats')).toBe(-1);
  });

  it('count an event that arrives twice once', async () => {
    const before = service.get(RecommendationLists).popular();
    const event = behaviourEvent('add_to_cart', { productId: pineChair.id, sessionId: newId() });
    const marker = newId();
    await service.publish(event);
    await service.publish(event);
    await view(marker, redLamp);

    await eventually(() => expect(service.get(RecommendationLists).viewed(marker)).toEqual([redLamp.id]));
    const scoreOf = (list: { id: string; score: number }[]) =>
      list.find(({ id }) => id === pineChair.id)?.score ?? 0;
    expect(scoreOf(service.get(RecommendationLists).popular()) - scoreOf(before)).toBe(2);
  });
});

describe('ImportBaskets', () => {
  const baskets = [1, 2, 3].map((number) => ({
    id: `invoice-${number}`,
    boughtAt: new Date('2011-12-01T10:00:00Z'),
    customer: '17850',
    lines: [redLamp, oakChair].map(({ id }) => ({ productId: id, quantity: number })),
  }));

  it('rebuilds the lists from purchase history, and a second import changes nothing', async () => {
    const popularBefore = service.get(RecommendationLists).popular();
    const first = await system(() => client().importBaskets({ baskets, rebuild: true }));
    const after = service.get(RecommendationLists).popular();
    const second = await system(() =>
      client().importBaskets({ baskets: [...baskets, ...baskets], rebuild: true }),
    );

    expect(first).toEqual({ imported: 3, known: 0 });
    expect(second).toEqual({ imported: 0, known: 6 });
    expect(after).not.toEqual(popularBefore);
    expect(service.get(RecommendationLists).popular()).toEqual(after);
    await eventually(async () => {
      const key = `rec:product:${redLamp.id}:frequently_bought`;
      expect(await redis.client.zrange(key, '0', '-1', 'WITHSCORES')).toEqual([oakChair.id, '3']);
    });
    const { items } = await client().recommend({
      placement: Placement.RELATED,
      productId: redLamp.id,
      limit: 2,
    });
    expect(items[0]).toMatchObject({
      product: { id: oakChair.id },
      reason: 'Bought with Red lamp',
      source: 'frequently_bought',
    });
    expect(items[1]).toMatchObject({ source: 'similar', reason: 'Similar to Red lamp' });
  });

  it('is for system callers, and names what is wrong in a basket', async () => {
    await expect(
      asCaller({ role: 'customer', userId: newId() }, () => client().importBaskets({ baskets })),
    ).rejects.toMatchObject({ code: 'FORBIDDEN' });
    const [first] = baskets;
    const bad = { ...first, id: 'bad', lines: [{ productId: redLamp.id, quantity: 0 }] };
    await expect(system(() => client().importBaskets({ baskets: [...baskets, bad] }))).rejects.toMatchObject({
      details: { fields: [expect.objectContaining({ field: 'baskets[3].lines[0].quantity' })] },
    });
  });
});

describe('a restart', () => {
  it('builds the same lists from the database, all-time interest past its retention included', async () => {
    const [userId, sessionId, timestamp] = [newId(), newId(), Date.now()];
    const longAgo = { productId: blueLamp.id, sessionId: newId(), timestamp: timestamp - 91 * 86_400_000 };
    await service.publish(behaviourEvent('add_to_cart', longAgo));
    for (const { id } of [redLamp, oakChair]) {
      await service.publish(behaviourEvent('purchase', { productId: id, sessionId, userId, timestamp }));
    }
    await eventually(() => expect(service.get(RecommendationLists).viewed(sessionId)).toHaveLength(2));
    expect(await service.get(InteractionRetention).archive()).toBe(1);
    const snapshot = (lists: RecommendationLists, now: number) => ({
      session: lists.session(sessionId, now),
      personalized: lists.personalized(userId, now),
      history: lists.history(userId),
      bought: lists.justBought(userId, now),
      together: lists.frequentlyBought(redLamp.id),
      similar: forSale.map(({ id }) => lists.similar(id, now)),
      trending: lists.trending(now).map(({ id }) => id),
      popular: lists.popular(),
      arrivals: lists.newArrivals(),
    });
    const now = Date.now();
    const before = snapshot(service.get(RecommendationLists), now);
    expect(before.together).toEqual([expect.objectContaining({ id: oakChair.id, count: 4 })]);

    const again = await startService(recommendationService, { env: service.env });
    try {
      expect(snapshot(again.app.get(RecommendationLists, { strict: false }), now)).toEqual(before);
    } finally {
      await again.stop();
    }
  });
});
