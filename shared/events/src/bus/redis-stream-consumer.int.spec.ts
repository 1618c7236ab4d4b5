import { randomUUID } from 'node:crypto';
import { eventually, useTestRedis } from '@vici/testing';
import type { Redis } from 'ioredis';
import { expect, it } from 'vitest';
import type { SubscriptionOptions } from './event-bus.js';
import { connectToRedis } from './redis-connection.js';
import { RedisStreamConsumer } from './redis-stream-consumer.js';
import { groupsOf, streamLag } from './redis-stream-groups.js';
import { streamKey } from './redis-stream-keys.js';
import { OwnStreamWatch, type StreamWatch } from './redis-stream-watch.js';

const redis = useTestRedis();
const ignore = () => undefined;
const newTopic = () => `redis-${randomUUID()}`;
const add = (topic: string, value: string) =>
  redis.client.xadd(streamKey(topic), '*', 'k', 'key', 'v', value, 'h', '{}');

/** A consumer of one topic, and the failures in a row that it told of each time. */
function consumerOf(
  topic: string,
  options: Pick<SubscriptionOptions, 'handle' | 'from'>,
  watch: StreamWatch,
  commands: Redis = redis.client,
) {
  const failures: unknown[] = [];
  const logger = {
    info: () => undefined,
    warn: (_message: string, fields: Readonly<Record<string, unknown>> = {}) =>
      void failures.push(fields['failures']),
    error: () => undefined,
  };
  const subscription = { group: 'test', topics: [topic], ...options };
  const dependencies = { commands, watch, logger };
  return { failures, consumer: new RedisStreamConsumer(topic, subscription, dependencies) };
}

it('pauses no longer after a later failure than after the first, where it read in between', async () => {
  const topic = newTopic();
  const values: string[] = [];
  const handle: SubscriptionOptions['handle'] = async (batch) => {
    values.push(...batch.map(({ value }) => value));
  };
  const watch = {
    entriesAfter: () => Promise.reject(new Error('the waiting connection was lost')),
    close: () => undefined,
  };
  const { consumer, failures } = consumerOf(topic, { handle }, watch);
  await consumer.start();

  await eventually(() => expect(failures.length).toBeGreaterThanOrEqual(4));
  await add(topic, 'late');
  await eventually(() => expect(values).toEqual(['late']));
  await consumer.stop();

  expect(new Set(failures)).toEqual(new Set([1]));
});

it('of what is new loses nothing where Redis lost its data before the group had ever waited', async () => {
  const topic = newTopic();
  await redis.client.xgroup('CREATE', streamKey(topic), 'test', '$', 'MKSTREAM');
  await add(topic, 'old');
  const values: string[] = [];
  const handle: SubscriptionOptions['handle'] = async (batch) => {
    values.push(...batch.map(({ value }) => value));
    if (values.length > 1) return;
    await redis.client.del(streamKey(topic));
    await add(topic, 'new');
  };
  const watch = new OwnStreamWatch(redis.client.duplicate());
  const { consumer } = consumerOf(topic, { handle, from: 'latest' }, watch);
  await consumer.start();

  await eventually(() => expect(values).toEqual(['old', 'new']));
  await consumer.stop();
});

it('has acknowledged what it handled when it has stopped', async () => {
  const topic = newTopic();
  const handled = Promise.withResolvers<void>();
  const watch = new OwnStreamWatch(redis.client.duplicate());
  const { consumer } = consumerOf(topic, { handle: async () => handled.resolve() }, watch);
  await consumer.start();
  await add(topic, 'only');
  await handled.promise;
  await consumer.stop();

  expect((await groupsOf(redis.client, streamKey(topic))).map(({ pending }) => pending)).toEqual([0]);
});

it('handles once what it could not acknowledge at first, because its connection broke', async () => {
  const topic = newTopic();
  const commands = connectToRedis(redis.url, topic, { info: ignore, warn: ignore, error: ignore });
  const values: string[] = [];
  const handle: SubscriptionOptions['handle'] = async (batch) => {
    values.push(...batch.map(({ value }) => value));
    if (values.length === 1) commands.disconnect(true);
  };
  const watch = new OwnStreamWatch(redis.client.duplicate());
  const { consumer } = consumerOf(topic, { handle }, watch, commands);
  await consumer.start();
  await add(topic, 'first');
  await eventually(() => expect(values).toEqual(['first']));
  await add(topic, 'second');

  await eventually(async () => {
    expect(values).toEqual(['first', 'second']);
    expect(await streamLag(redis.client, streamKey(topic), 'test')).toBe(0);
  });
  await consumer.stop();
  commands.disconnect();
});
