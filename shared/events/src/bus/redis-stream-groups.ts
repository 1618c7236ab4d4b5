import type { Redis } from 'ioredis';
import { z } from 'zod';

const groupFields = z.array(z.array(z.union([z.string(), z.number(), z.null()])));

const COUNT_PAGE = 1_000;

/** What Redis knows about a consumer group. */
export interface StreamGroup {
  readonly name: string;
  /** Delivered, not yet acknowledged. */
  readonly pending: number;
  readonly lastDeliveredId: string;
  /** Not yet delivered; undefined when Redis cannot tell without counting. */
  readonly undelivered: number | undefined;
}

/** The groups of a stream; none when the stream does not exist. */
export async function groupsOf(redis: Redis, stream: string): Promise<StreamGroup[]> {
  let reply: unknown;
  try {
    reply = await redis.xinfo('GROUPS', stream);
  } catch (error) {
    if (error instanceof Error && error.message.includes('no such key')) return [];
    throw error;
  }
  return groupFields.parse(reply).map((fields) => {
    const value = (name: string) => fields[fields.indexOf(name) + 1];
    const lag = value('lag');
    return {
      name: String(value('name')),
      pending: Number(value('pending')),
      lastDeliveredId: String(value('last-delivered-id')),
      undelivered: typeof lag === 'number' ? lag : undefined,
    };
  });
}

/** Entries the group has not acknowledged; the whole stream for a group that does not exist. */
export async function streamLag(redis: Redis, stream: string, group: string): Promise<number> {
  const found = (await groupsOf(redis, stream)).find(({ name }) => name === group);
  if (found === undefined) return redis.xlen(stream);
  const undelivered = found.undelivered ?? (await countAfter(redis, stream, found.lastDeliveredId));
  return found.pending + undelivered;
}

async function countAfter(redis: Redis, stream: string, id: string): Promise<number> {
  let count = 0;
  let after = id;
  for (;;) {
    const page = await redis.xrange(stream, `(${after}`, '+', 'COUNT', COUNT_PAGE);
    count += page.length;
    const last = page.at(-1);
    if (last === undefined || page.length < COUNT_PAGE) return count;
    after = last[0];
  }
}
