import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { BusLogger } from './event-bus.js';
import { compareStreamIds } from './redis-stream-entry.js';
import { groupsOf } from './redis-stream-groups.js';
import { leaseKey, streamKey } from './redis-stream-keys.js';

const pendingSummary = z.tuple([z.number(), z.string().nullable()]).rest(z.unknown());

/**
 * Removes the entries of a topic that are older than `retentionMs` and that every group has
 * acknowledged. A group that nobody has consumed for as long as `retentionMs` is removed first,
 * as Kafka forgets the offsets of an abandoned group: else it would hold the stream for ever.
 */
export async function trimStream(
  redis: Redis,
  topic: string,
  retentionMs: number,
  logger: BusLogger,
): Promise<void> {
  const stream = streamKey(topic);
  let threshold = `${Date.now() - retentionMs}-0`;
  for (const group of await groupsOf(redis, stream)) {
    if (await isAbandoned(redis, topic, group.name, retentionMs)) {
      await redis.xgroup('DESTROY', stream, group.name);
      logger.warn('Abandoned consumer group removed', { topic, group: group.name });
      continue;
    }
    const [pending, oldest] = pendingSummary.parse(await redis.xpending(stream, group.name));
    const needed = pending > 0 && oldest !== null ? oldest : group.lastDeliveredId;
    if (compareStreamIds(needed, threshold) < 0) threshold = needed;
  }
  await redis.xtrim(stream, 'MINID', threshold);
}

const consumerList = z.array(z.array(z.union([z.string(), z.number()])));

async function isAbandoned(
  redis: Redis,
  topic: string,
  group: string,
  retentionMs: number,
): Promise<boolean> {
  const consumers = consumerList.parse(await redis.xinfo('CONSUMERS', streamKey(topic), group));
  // A group without consumers is new: its first member reads right after having made it.
  if (consumers.length === 0) return false;
  const idle = consumers.map((fields) => Number(fields[fields.indexOf('idle') + 1]));
  return Math.min(...idle) > retentionMs && (await redis.exists(leaseKey(topic, group))) === 0;
}
