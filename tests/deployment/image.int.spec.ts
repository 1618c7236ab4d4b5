import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { eventually, useTestDatabase, useTestRedis } from '@vici/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const run = promisify(execFile);
const database = useTestDatabase([]);
const redis = useTestRedis();

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

describe('what the image of a service holds', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vici-image-'));
    await run(process.execPath, [join(root, 'scripts/assemble-image.mjs'), 'notification-service', folder]);
  }, 300_000);
  afterAll(async () => await rm(folder, { recursive: true, force: true }));

  it('is its own code and packages, without sources, tests and other services', () => {
    expect(existsSync(join(folder, 'services/notification-service/templates'))).toBe(true);
    for (const path of [
      'services/notification-service/src',
      'services/order-service',
      'node_modules/vitest',
    ]) {
      expect([path, existsSync(join(folder, path))]).toEqual([path, false]);
    }
  });

  it('migrates, serves, and ends cleanly, with nothing of the repository around it', async () => {
    const port = await freePort();
    const env = {
      HTTP_HOST: '127.0.0.1',
      HTTP_PORT: String(port),
      GRPC_HOST: '127.0.0.1',
      GRPC_PORT: '0',
      DATABASE_URL: database.url,
      REDIS_URL: redis.url,
    };
    const migrated = await run(process.execPath, ['main.js', 'migrate'], { cwd: folder, env });
    expect(migrated.stdout).toContain('The database is up to date.');
    const { rows } = await database.database.pool.query<{ there: boolean }>(
      "select to_regclass('public.inbox') is not null as there",
    );
    expect(rows).toEqual([{ there: true }]);

    const service = spawn(process.execPath, ['main.js'], { cwd: folder, env, stdio: 'ignore' });
    const ended = once(service, 'exit');
    await eventually(() => run(process.execPath, ['healthcheck.js'], { cwd: folder, env }), {
      timeoutMs: 60_000,
    });
    service.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  }, 120_000);
});
