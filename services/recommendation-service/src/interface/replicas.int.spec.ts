import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { Database } from '@vici/database';
import { PersonalData } from '@vici/events';
import { ProductServiceDefinition } from '@vici/proto-gen/product';
import { eventually, fakeUpstream, useService, useTestRedis, useTestS3 } from '@vici/testing';
import { CONFIG, InProcessRegistry, Metrics, newId, type RunningService, startService } from '@vici/utils';
import { createS3Client } from '@vici/utils/s3';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { IndexFollower } from '../application/index-follower.js';
import { IndexSnapshots } from '../application/index-snapshots.js';
import { BehaviourObservers } from '../application/record-behaviour.use-case.js';
import { SnapshotStore } from '../application/snapshot-store.js';
import { RecommendationIndex } from '../domain/recommendation-index.js';
import { RecommendationLists } from '../domain/recommendation-lists.js';
import type { RecommendationConfig } from '../recommendation.config.js';
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
const s3 = useTestS3(['vici-snapshots']);
const storage = () => ({
  S3_ENDPOINT: s3.url,
  S3_REGION: s3.region,
  S3_ACCESS_KEY_ID: s3.accessKeyId,
  S3_SECRET_ACCESS_KEY: s3.secretAccessKey,
  SNAPSHOTS_KEPT: '2',
});
const first = useService(recommendationService, storage, { upstreams: [products] });
let second: RunningService | undefined;

async function startSecond(over: Readonly<Record<string, string>> = {}): Promise<RunningService> {
  const registry = new InProcessRegistry();
  products.register(registry);
  second = await startService(recommendationService, { env: { ...first.env, ...over }, registry });
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

  it('read a long log in one go, as exactly as event by event', async () => {
    const rows = 25_000;
    const before = first.get(RecommendationLists).popular();
    await first.get<Database<unknown>>(Database).pool.query(
      `insert into interactions (event_id, user_id, session_id, product_id, kind, at)
       select gen_random_uuid(), case when n % 7 = 0 then md5('user' || n / 70)::uuid end, 'a visit\t' || n / 5,
         ($2::uuid[])[1 + n % 4], case when n % 3 = 0 then 'cart' else 'view' end, now() - n * interval '1 millisecond'
       from generate_series(1, $1) n`,
      [rows, forSale.map(({ id }) => id)],
    );
    const known = async () =>
      expect(await first.get(IndexFollower).catchUp()).toMatchObject({ interactions: 0 });
    await eventually(known);
    const sumOf = (entries: readonly { score: number }[]) =>
      entries.reduce((sum, { score }) => sum + score, 0);
    expect(sumOf(first.get(RecommendationLists).popular()) - sumOf(before)).toBe(rows + Math.floor(rows / 3));

    const other = await startSecond({ S3_ENDPOINT: '' });
    const now = Date.now();
    const visits = [1, 2, 777, 4_999].map((visit) => `a visit\t${visit}`);
    expect(other.app.get(RecommendationLists, { strict: false }).viewed('a visit\t777').length).toBe(4);
    expect(listsOf(other, visits, now)).toEqual(listsOf(first.running, visits, now));
  });

  describe('with snapshots', () => {
    const store = () => first.get(SnapshotStore);
    const bucket = () => createS3Client(first.get<RecommendationConfig>(CONFIG), 5_000);
    const put = async (name: string, content: Buffer) => {
      const Key = `recommendation-index/${Date.now() + 1}-${name}`;
      await bucket().send(new PutObjectCommand({ Bucket: 'vici-snapshots', Key, Body: content }));
    };
    const names = async () => (await store().list()).map(({ name }) => name);
    const builtFrom = async ({ app }: RunningService) =>
      /recommendation_index_start_seconds\{[^}]*from="(\w+)"/.exec(
        await app.get(Metrics, { strict: false }).registry.metrics(),
      )?.[1];
    const acted = async () => {
      const sessions = Array.from({ length: 4 }, () => newId());
      await act(sessions);
      const whole = () =>
        listsOf(first.running, sessions, 0).sessions.every(([viewed]) => viewed?.length === 3);
      await eventually(() => expect(whole()).toBe(true));
      return sessions;
    };

    it('go on from the newest one and give the same lists as one that read all of the log', async () => {
      const before = await acted();
      await first.get(IndexSnapshots).take();
      const after = await acted();
      const now = Date.now();
      const sessions = [...before, ...after];

      const resumed = await startSecond();
      const lists = listsOf(resumed, sessions, now);
      const from = await builtFrom(resumed);
      await resumed.stop();
      const read = await startSecond({ S3_ENDPOINT: '' });

      expect([from, await builtFrom(read)]).toEqual(['snapshot', 'logs']);
      expect(lists).toEqual(listsOf(first.running, sessions, now));
      expect(listsOf(read, sessions, now)).toEqual(lists);
    });

    it('keep the last ones, take none while nothing happens, and put the index away when they stop', async () => {
      await acted();
      await first.get(IndexSnapshots).take();
      const [newest] = await names();
      await first.get(IndexSnapshots).take();
      expect((await names())[0]).toBe(newest);

      const other = await startSecond();
      await acted();
      await eventually(() =>
        expect(other.app.get(IndexFollower, { strict: false }).positions).toEqual(
          first.get(IndexFollower).positions,
        ),
      );
      await other.stop();
      second = undefined;

      const kept = await names();
      expect(kept).toHaveLength(2);
      expect(kept.indexOf(newest ?? '')).toBe(1);
    });

    it('pass over those that are damaged, of another version or of other settings, and read the log', async () => {
      await acted();
      await first.get(IndexSnapshots).take();
      const [name = ''] = await names();
      const whole = await bucket().send(new GetObjectCommand({ Bucket: 'vici-snapshots', Key: name }));
      const file = Buffer.from((await whole.Body?.transformToByteArray()) ?? []);
      file[file.length - 9] = (file[file.length - 9] ?? 0) ^ 1;
      await put('damaged', file);
      await put('foreign', Buffer.from('VICIREC0 of another time'));

      const passed = await startSecond();
      const passedFrom = await builtFrom(passed);
      await passed.stop();
      const other = await startSecond({ MAX_SESSIONS: '7' });

      expect(passedFrom).toBe('snapshot');
      expect(await builtFrom(other)).toBe('logs');
    });

    it('forget whoever was erased, in every index and in what is put away', async () => {
      const [userId, sessionId] = [newId(), newId()];
      await first.publish(behaviourEvent('product_view', { productId: redLamp.id, sessionId, userId }));
      await eventually(() => expect(first.get(RecommendationLists).history(userId)).toHaveLength(1));
      await first.get(IndexSnapshots).take();

      await first.get(PersonalData).erase(userId);
      const resumed = await startSecond();
      await eventually(() => expect(first.get(RecommendationLists).history(userId)).toEqual([]));
      await first.get(IndexSnapshots).take();

      expect(await builtFrom(resumed)).toBe('snapshot');
      await eventually(() =>
        expect(resumed.app.get(RecommendationLists, { strict: false }).history(userId)).toEqual([]),
      );
      expect(await names()).toHaveLength(1);
    });
  });

  it('share the events: each is taken by one of them, of several partitions by both', async () => {
    const other = await startSecond();
    const taken = async ({ app }: RunningService) => {
      const { values } = await app.get(BehaviourObservers, { strict: false }).interactions.get();
      return values.reduce((sum, { value }) => sum + value, 0);
    };
    const before = await taken(first.running);
    const sessions: string[] = [];
    // A group gives the second one its partitions after a while: shoppers go on meanwhile.
    await eventually(
      async () => {
        const more = Array.from({ length: 24 }, () => newId());
        sessions.push(...more);
        await act(more);
        // Redis Streams have one partition, Kafka's topic has several.
        if (first.env['EVENT_BUS'] === 'kafka') expect(await taken(other)).toBeGreaterThan(0);
      },
      { timeoutMs: 20_000, intervalMs: 200 },
    );
    await eventually(async () => {
      const [own, others] = [(await taken(first.running)) - before, await taken(other)];
      expect(own + others).toBe(3 * sessions.length);
      if (first.env['EVENT_BUS'] === 'kafka') expect(own).toBeGreaterThan(0);
    });
    for (const sessionId of sessions) {
      await eventually(async () =>
        expect(await redis.client.llen(`rec:session:${sessionId}:viewed`)).toBe(3),
      );
    }
  });

  it('take over from each other: the lists are written whoever is left', async () => {
    const other = await startSecond();
    await first.running.stop();
    const sessionId = newId();
    await first.publish(behaviourEvent('product_view', { productId: redLamp.id, sessionId }));

    await eventually(async () => {
      expect(await redis.client.lrange(`rec:session:${sessionId}:viewed`, 0, -1)).toEqual([redLamp.id]);
    });
    await eventually(() =>
      expect(other.app.get(RecommendationLists).viewed(sessionId)).toEqual([redLamp.id]),
    );
  });
});
