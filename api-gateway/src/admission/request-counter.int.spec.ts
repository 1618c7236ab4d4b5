import { eventually, useTestRedis } from '@vici/testing';
import { createRedis, Logger, newId, type Redis } from '@vici/utils';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sessionKeyOf } from './login-session.js';
import { RequestCounter } from './request-counter.js';

const redis = useTestRedis();
const connections: Redis[] = [];
const counters: RequestCounter[] = [];

beforeAll(() => {
  const logger = new Logger({ service: 'test', level: 'silent' });
  for (const name of ['one', 'two']) {
    const connection = createRedis(redis.url, { name, logger });
    connections.push(connection);
    counters.push(new RequestCounter(connection));
  }
});
afterAll(() => {
  for (const connection of connections) connection.disconnect();
});

/** Counts `requests` of them with both counters in turn, so many at a time; gives the numbers they got. */
async function numbers(bucket: string, limit: number, requests: number, atATime: number): Promise<number[]> {
  const found: number[] = [];
  while (found.length < requests) {
    const crowd = Array.from({ length: atATime }, (_, index) =>
      counters[(found.length + index) % 2]?.count(bucket, limit),
    );
    found.push(...(await Promise.all(crowd)).map((counted) => counted?.count ?? 0));
  }
  return found.toSorted((left, right) => left - right);
}

describe('requests of one bucket', () => {
  it('are numbered one by one by all gateways together, however many come in at once', async () => {
    const found = await numbers(newId(), 600, 200, 40);

    expect(found).toEqual(Array.from({ length: 200 }, (_, index) => index + 1));
  });

  it('never get the same number twice where some are counted ahead, and few numbers stay unused', async () => {
    const limit = 50_000;
    const found = await numbers(newId(), limit, 3000, 10);

    expect(new Set(found).size).toBe(3000);
    expect(found.at(-1)).toBeLessThanOrEqual(3000 + 2 * (limit / 1000));
  });

  it('are counted together in one call, and ahead while they keep coming', async () => {
    const bucket = newId();
    const commands = await redis.commandsOf(() => numbers(bucket, 50_000, 1000, 20));

    expect(commands.filter(isCall).length).toBeLessThan(50);
  });

  it('learn of their sessions by the same call, each of its own', async () => {
    const bucket = `read:user:{ada}`;
    const keys = ['phone', 'laptop', 'gone'].map((authSessionId) =>
      sessionKeyOf({ userId: 'ada', authSessionId }),
    );
    const [phone = '', laptop = ''] = keys;
    await redis.client.hset(phone, { role: 'customer' });
    await redis.client.hset(laptop, { role: 'admin' });
    // The first call of a script is two where the server does not know it yet.
    await counters[0]?.count(newId(), 600);

    const commands = await redis.commandsOf(async () => {
      const counted = await Promise.all(
        [...keys, phone, undefined].map((key) => counters[0]?.count(bucket, 600, key)),
      );
      expect(counted.map((each) => [each?.count, each?.session])).toEqual([
        [1, { role: 'customer' }],
        [2, { role: 'admin' }],
        [3, 'ended'],
        [4, { role: 'customer' }],
        [5, undefined],
      ]);
    });

    expect(commands.filter(isCall)).toHaveLength(1);
    await redis.client.del(phone);
    expect((await counters[0]?.count(bucket, 600, phone))?.session).toBe('ended');
  });

  it('begin anew when their window has ended, counted ahead or not', async () => {
    const bucket = newId();
    await redis.client.set(`rate:${bucket}`, '49990', 'PX', 3_000);
    await numbers(bucket, 50_000, 8, 2);
    await eventually(async () => expect(await redis.client.exists(`rate:${bucket}`)).toBe(0));

    expect((await counters[0]?.count(bucket, 50_000))?.count).toBe(1);
  });
});

function isCall(command: string): boolean {
  return command === 'evalsha' || command === 'eval';
}
