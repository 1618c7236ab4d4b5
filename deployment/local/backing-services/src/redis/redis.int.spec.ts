import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { MissingToolError } from '../backing-service.js';
import { processIdentity } from '../process/process-identity.js';
import { scratchFolder } from '../testing/scratch-folder.js';
import { startInOtherProcess } from '../testing/start-in-other-process.js';
import { startRedis } from './redis.js';

async function using<T>(url: string, work: (client: Redis) => Promise<T>): Promise<T> {
  const client = new Redis(url);
  try {
    return await work(client);
  } finally {
    client.disconnect();
  }
}

describe('the embedded Redis server', () => {
  let folder: Awaited<ReturnType<typeof scratchFolder>>;
  let dataDir: string;

  beforeEach(async () => {
    folder = await scratchFolder();
    dataDir = join(folder.path, 'redis');
  });

  afterEach(async () => {
    vi.unstubAllEnvs();
    await folder.remove();
  });

  it('keeps what was written over a stop and a start', async () => {
    const first = await startRedis({ dataDir });
    await using(first.endpoint.url, (client) => client.set('greeting', 'good day'));
    await first.stop();
    expect(await first.isAlive()).toBe(false);

    const second = await startRedis({ dataDir });
    expect(await using(second.endpoint.url, (client) => client.get('greeting'))).toBe('good day');
    await second.stop();
  });

  it('logs every write by default and keeps nothing when ephemeral, unless it is to be synced', async () => {
    const ask = (client: Redis): Promise<unknown> => client.config('GET', 'appendonly');
    const durable = await startRedis({ dataDir });
    expect(await using(durable.endpoint.url, ask)).toEqual(['appendonly', 'yes']);
    await durable.stop();

    const measured = await startRedis({ dataDir, ephemeral: true, synced: true });
    expect(await using(measured.endpoint.url, ask)).toEqual(['appendonly', 'yes']);
    await measured.stop();

    const ephemeral = await startRedis({ dataDir: join(folder.path, 'short'), ephemeral: true });
    expect(await using(ephemeral.endpoint.url, ask)).toEqual(['appendonly', 'no']);
    await using(ephemeral.endpoint.url, (client) => client.set('greeting', 'good day'));
    await ephemeral.stop();
    const again = await startRedis({ dataDir: join(folder.path, 'short'), ephemeral: true });
    expect(await using(again.endpoint.url, (client) => client.get('greeting'))).toBeNull();
    await again.stop();
  });

  it('is reached by its socket, and by loopback where the path of a socket would be too long', async () => {
    const address = (client: Redis): Promise<string> => client.client('INFO');
    const near = await startRedis({ dataDir, ephemeral: true });
    expect(await using(near.endpoint.url, address)).toContain(` addr=${dataDir}/database/redis.sock:0 `);
    await near.stop();

    const far = await startRedis({ dataDir: join(folder.path, 'x'.repeat(100)), ephemeral: true });
    expect(far.endpoint.url).toBe(`redis://127.0.0.1:${far.endpoint.port}`);
    expect(await using(far.endpoint.url, address)).toContain(' addr=127.0.0.1:');
    await far.stop();
  });

  it('starts again after kill -9, which leaves its socket behind', async () => {
    const first = await startRedis({ dataDir, ephemeral: true });
    process.kill(first.pid ?? Number.NaN, 'SIGKILL');

    const second = await startRedis({ dataDir, ephemeral: true });
    expect(second.pid).not.toBe(first.pid);
    expect(await using(second.endpoint.url, (client) => client.ping())).toBe('PONG');
    await second.stop();
  });

  it('is adopted by a second start on the same data, and stops only itself', async () => {
    const first = await startRedis({ dataDir, ephemeral: true });
    const other = await startRedis({ dataDir: join(folder.path, 'other'), ephemeral: true });
    const second = await startRedis({ dataDir, ephemeral: true });
    expect(second.pid).toBe(first.pid);
    await second.stop();
    expect([await first.isAlive(), await other.isAlive()]).toEqual([false, true]);
    await other.stop();
  });

  it('outlives the process that started it when detached, and is adopted by the next', async () => {
    const starter = await startInOtherProcess('startRedis', { dataDir, detached: true });
    await starter.kill();
    const adopted = await startRedis({ dataDir });
    expect(adopted.pid).toBe(starter.serverPid);
    await adopted.stop();
    expect(await processIdentity(starter.serverPid)).toBeUndefined();
  });

  it('ends with the process that started it when not detached, even if that one is killed', async () => {
    const starter = await startInOtherProcess('startRedis', { dataDir });
    await starter.kill();
    await expect.poll(() => processIdentity(starter.serverPid), { timeout: 10_000 }).toBeUndefined();
  });

  it('does not take a foreign server on the wanted port for its own', async () => {
    const other = await startRedis({ dataDir: join(folder.path, 'other'), ephemeral: true });
    await expect(startRedis({ dataDir, ephemeral: true, port: other.endpoint.port })).rejects.toThrow(
      /Redis ended before it was ready\. The end of its log:[\s\S]*Address already in use/,
    );
    expect(await other.isAlive()).toBe(true);
    await other.stop();
  });

  it('starts nothing when the environment names a server, and never stops that one', async () => {
    const given = await startRedis({ dataDir, ephemeral: true });
    vi.stubEnv('VICI_REDIS_URL', given.endpoint.url);
    const found = await startRedis({ dataDir: join(folder.path, 'unused') });
    expect(found).toMatchObject({ origin: 'environment', pid: undefined, endpoint: given.endpoint });
    await found.stop();
    expect(await given.isAlive()).toBe(true);
    await given.stop();
  });

  it('says what is missing and what to do where there is neither a program nor a way to fetch one', async () => {
    vi.stubEnv('PATH', folder.path);
    const failure = startRedis({ dataDir });
    await expect(failure).rejects.toBeInstanceOf(MissingToolError);
    await expect(failure).rejects.toMatchObject({
      message: 'There is no redis-server on PATH, and neither apt nor brew to fetch one with.',
      remedy: expect.stringContaining('VICI_REDIS_URL'),
    });
  });
});
