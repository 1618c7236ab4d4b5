import { randomUUID } from 'node:crypto';
import { eventually, useTestRedis } from '@vici/testing';
import { expect, it } from 'vitest';
import type { SubscriptionOptions } from './event-bus.js';
import { RedisStreamConsumer } from './redis-stream-consumer.js';
import { streamKey } from './redis-stream-keys.js';
import { OwnStreamWatch, type StreamWatch } from './redis-stream-watch.js';

const redis = useTestRedis();
const newTopic = () => `redis-${randomUUID()}`;
const add = (topic: string, value: string) =>
  redis.client.xadd(streamKey(topic), '*', 'k', 'key', 'v', value, 'h', '{}');

/** A consumer of one topic, and the failures in a row that it told of each time. */
function consumerOf(
  topic: string,
  options: Pick<SubscriptionOptions, 'handle' | 'from'>,
  watch: StreamWatch,
) {
  const failures: unknown[] = [];
  const logger = {
    info: () => undefined,
    warn: (_message: string, fields: Readonly<Record<string, unknown>> = {}) =>
      void failures.push(fields['failures']),
    error: () => undefined,
  };
  const subscription = { group: 'test', topics: [topic], ...options };
  const dependencies = { commands: redis.client, watch, logger };
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
