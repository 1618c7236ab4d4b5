import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { useTestRedis } from '@vici/testing';
import { expect, it } from 'vitest';

const redis = useTestRedis();
const script = fileURLToPath(
  new URL('../../deployment/init-scripts/redis/seed-recommendations.sh', import.meta.url),
);

async function seed(): Promise<string> {
  const environment = { ...process.env, REDIS_URL: redis.url };
  return (await promisify(execFile)('sh', [script], { env: environment })).stdout;
}

it('the mock recommendations have the types and lifetimes of the contract, and never replace real ones', async () => {
  const { client } = redis;
  expect(await seed()).toContain('Mock recommendations of 20 products were written.');
  const product = '018f0000-0000-7000-8000-000000000001';
  const expected: [string, string, number][] = [
    ['rec:user:018f0000-0000-7000-a000-000000000001:personalized', 'zset', 1800],
    ['rec:session:018f0000-0000-7000-b000-000000000001', 'zset', 3600],
    [`rec:product:${product}:similar`, 'zset', 86_400],
    [`rec:product:${product}:frequently_bought`, 'zset', 86_400],
    ['rec:trending', 'zset', 900],
    ['rec:popular', 'zset', 3600],
    ['rec:new_arrivals', 'zset', 3600],
    ['rec:session:018f0000-0000-7000-b000-000000000001:viewed', 'list', 86_400],
    ['rec:user:018f0000-0000-7000-a000-000000000001:history', 'zset', 604_800],
    [`product:${product}`, 'hash', 3600],
  ];
  for (const [key, type, lifetime] of expected) {
    expect([key, await client.type(key)]).toEqual([key, type]);
    expect(await client.ttl(key)).toBeGreaterThan(lifetime - 60);
    expect(await client.ttl(key)).toBeLessThanOrEqual(lifetime);
  }
  expect(await client.zrevrange('rec:trending', 0, 1)).toEqual([
    product,
    '018f0000-0000-7000-8000-000000000002',
  ]);
  expect(await client.zscore(`rec:product:${product}:similar`, product)).toBeNull();

  await client.zadd('rec:trending', 1, 'real');
  expect(await seed()).toContain('There are recommendations already');
  expect(await client.zscore('rec:trending', 'real')).toBe('1');
});
