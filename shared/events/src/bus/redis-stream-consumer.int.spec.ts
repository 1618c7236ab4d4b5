import { randomUUID } from 'node:crypto';
import { eventually, useTestRedis } from '@vici/testing';
import { expect, it } from 'vitest';
import { RedisStreamConsumer } from './redis-stream-consumer.js';
import { streamKey } from './redis-stream-keys.js';

const redis = useTestRedis();

it('pauses no longer after a later failure than after the first, where it read in between', async () => {
  const topic = `redis-${randomUUID()}`;
  const failures: unknown[] = [];
  const logger = {
    info: () => undefined,
    warn: (_message: string, fields: Readonly<Record<string, unknown>> = {}) =>
      void failures.push(fields['failures']),
    error: () => undefined,
  };
  const watch = {
    entriesAfter: () => Promise.reject(new Error('the waiting connection was lost')),
    close: () => undefined,
  };
  const received: string[] = [];
  const handle = async (batch: readonly { readonly value: string }[]) => {
    received.push(...batch.map(({ value }) => value));
  };
  const subscription = { group: 'unlucky', topics: [topic], handle };
  const consumer = new RedisStreamConsumer(topic, subscription, { commands: redis.client, watch, logger });
  await consumer.start();

  await eventually(() => expect(failures.length).toBeGreaterThanOrEqual(4));
  await redis.client.xadd(streamKey(topic), '*', 'k', 'key', 'v', 'late', 'h', '{}');
  await eventually(() => expect(received).toEqual(['late']));
  await consumer.stop();

  expect(new Set(failures)).toEqual(new Set([1]));
});
