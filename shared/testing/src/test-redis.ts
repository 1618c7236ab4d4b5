import { Redis } from 'ioredis';
import { afterAll, beforeAll } from 'vitest';
import { runService } from './run-services.js';

const HOOK_TIMEOUT_MS = 120_000;
const REDIS_DATABASES = 16;

/** The Redis of one test file. Both getters are valid in tests and hooks. */
export interface TestRedis {
  readonly url: string;
  readonly client: Redis;
}

let flushed: Promise<string> | undefined;

async function flushedUrl(): Promise<string> {
  const { url } = await runService('redis');
  const worker = Number(process.env['VITEST_POOL_ID'] ?? '0');
  const own = new URL(url);
  own.pathname = `/${worker % REDIS_DATABASES}`;
  const client = new Redis(own.href);
  try {
    await client.flushdb();
  } finally {
    client.disconnect();
  }
  return own.href;
}

/** The URL of this worker's own logical database, emptied once per test file. */
export async function testRedisUrl(): Promise<string> {
  flushed ??= flushedUrl();
  return await flushed;
}

/** A real Redis, empty before this test file, shared with nobody who runs at the same time. */
export function useTestRedis(): TestRedis {
  let open: { readonly url: string; readonly client: Redis } | undefined;
  beforeAll(async () => {
    const url = await testRedisUrl();
    open = { url, client: new Redis(url) };
  }, HOOK_TIMEOUT_MS);
  afterAll(() => open?.client.disconnect());
  const opened = () => {
    if (open === undefined) throw new Error('The test Redis exists only inside tests and hooks');
    return open;
  };
  return {
    get url() {
      return opened().url;
    },
    get client() {
      return opened().client;
    },
  };
}
