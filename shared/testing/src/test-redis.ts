import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, beforeAll } from 'vitest';
import { runService } from './run-services.js';

const HOOK_TIMEOUT_MS = 120_000;
const REDIS_DATABASES = 16;

/** The Redis of one test file. Both getters are valid in tests and hooks. */
export interface TestRedis {
  readonly url: string;
  readonly client: Redis;
  /**
   * The names of the commands that reach this file's database while `work` runs, in lower case and in order. What the
   * server counts itself includes the commands of the files that run at the same time.
   */
  commandsOf(work: () => Promise<unknown>): Promise<string[]>;
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

/** Commands that a script calls are its own affair, and not seen. */
async function commandsOf(client: Redis, work: () => Promise<unknown>): Promise<string[]> {
  const monitor = await client.monitor();
  try {
    const commands: string[] = [];
    const end = randomUUID();
    const ended = Promise.withResolvers<void>();
    const own = String(client.options.db ?? 0);
    monitor.on('monitor', (_time: string, [name = '', text]: string[], source: string, database: string) => {
      if (text === end) ended.resolve();
      else if (database === own && source !== 'lua') commands.push(name.toLowerCase());
    });
    await work();
    await client.echo(end);
    await ended.promise;
    return commands;
  } finally {
    monitor.disconnect();
  }
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
    commandsOf: (work) => commandsOf(opened().client, work),
  };
}
