import { ProductServiceDefinition } from '@vici/proto-gen/product';
import { eventually, fakeUpstream, useService, useTestRedis } from '@vici/testing';
import { InProcessRegistry, newId, type RunningService, startService } from '@vici/utils';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { RecommendationIndex } from '../domain/recommendation-index.js';
import { RecommendationLists } from '../domain/recommendation-lists.js';
import { recommendationService } from '../recommendation.service.js';
import {
  behaviourEvent,
  blueLamp,
  forSale,
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
const first = useService(recommendationService, {}, { upstreams: [products] });
let second: RunningService | undefined;

async function startSecond(): Promise<RunningService> {
  const registry = new InProcessRegistry();
  products.register(registry);
  second = await startService(recommendationService, { env: { ...first.env }, registry });
  return second;
}

/** All lists of a replica that shoppers could be shown, and what they are made of. */
function listsOf({ app }: RunningService, sessions: readonly string[], now: number) {
  const lists = app.get(RecommendationLists);
  return {
    products: app.get(RecommendationIndex).catalogue.size,
    sessions: sessions.map((id) => [lists.viewed(id), lists.session(id, now)]),
    similar: forSale.map(({ id }) => lists.similar(id, now)),
    boughtTogether: forSale.map(({ id }) => lists.frequentlyBought(id)),
    trending: lists.trending(now),
    popular: lists.popular(),
  };
}

const act = async (sessions: readonly string[]) => {
  for (const [place, sessionId] of sessions.entries()) {
    await first.publish(behaviourEvent('product_view', { productId: redLamp.id, sessionId }));
    const bought = place % 2 === 0 ? [blueLamp, oakChair] : [oakChair, pineChair];
    const timestamp = Date.now() - place;
    for (const { id } of bought) {
      await first.publish(behaviourEvent('purchase', { productId: id, sessionId, timestamp }));
    }
  }
};

beforeAll(async () => {
  for (const event of shopEvents()) await first.publish(event);
  await eventually(() => {
    const { catalogue } = first.get(RecommendationIndex);
    expect([catalogue.size, catalogue.available(soldOut.id)]).toEqual([shop.length, 0]);
  });
});

afterEach(async () => {
  await second?.stop();
  second = undefined;
});

describe('Two replicas', () => {
  it('have the same index, and so the same lists, whichever takes an event from the bus', async () => {
    const other = await startSecond();
    const sessions = Array.from({ length: 6 }, () => newId());
    await act(sessions);

    const now = Date.now();
    await eventually(() => {
      const own = listsOf(first.running, sessions, now);
      expect(own.sessions.every(([viewed]) => viewed?.length === 3)).toBe(true);
      expect(own.boughtTogether.flat().length).toBeGreaterThan(0);
      expect(listsOf(other, sessions, now)).toEqual(own);
    });
  });

  it('give the same lists again after a restart from the log', async () => {
    const sessions = Array.from({ length: 4 }, () => newId());
    await act(sessions);
    const now = Date.now();
    await eventually(() => {
      expect(listsOf(first.running, sessions, now).sessions.every(([viewed]) => viewed?.length === 3)).toBe(
        true,
      );
    });

    const restarted = await startSecond();

    expect(listsOf(restarted, sessions, now)).toEqual(listsOf(first.running, sessions, now));
  });

  it('take over from each other: the lists are written whoever is left', async () => {
    const other = await startSecond();
    await first.running.stop();
    const sessionId = newId();
    await first.publish(behaviourEvent('product_view', { productId: redLamp.id, sessionId }));

    await eventually(async () => {
      expect(await redis.client.lrange(`rec:session:${sessionId}:viewed`, 0, -1)).toEqual([redLamp.id]);
    });
    expect(other.app.get(RecommendationLists).viewed(sessionId)).toEqual([redLamp.id]);
  });
});
