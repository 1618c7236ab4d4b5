import { spawnSync } from 'node:child_process';
import { chmod, realpath, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { processIdentity } from '../process/process-identity.js';
import { scratchFolder } from '../testing/scratch-folder.js';
import { startInOtherProcess } from '../testing/start-in-other-process.js';
import { startPostgres } from './postgres.js';

/** As /proc counts the policies of scheduling. */
const SCHED_BATCH = '3';
/** Of util-linux, which nearly every Linux has. */
const hasChrt = spawnSync('chrt', ['--version']).status === 0;

async function query(url: string, sql: string): Promise<unknown[][]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const result = await client.query({ text: sql, rowMode: 'array' });
    return result.rows;
  } finally {
    await client.end();
  }
}

describe('the embedded PostgreSQL server', () => {
  let folder: Awaited<ReturnType<typeof scratchFolder>>;
  let dataDir: string;

  beforeEach(async () => {
    folder = await scratchFolder();
    dataDir = join(folder.path, 'postgres');
  });

  afterEach(async () => {
    vi.unstubAllEnvs();
    await folder.remove();
  });

  it('keeps what was written over a stop and a start', async () => {
    const first = await startPostgres({ dataDir });
    await query(first.endpoint.url('postgres'), 'CREATE DATABASE shop');
    await query(first.endpoint.url('shop'), 'CREATE TABLE t AS SELECT 41 + 1 AS answer');
    await first.stop();
    expect(await first.isAlive()).toBe(false);

    const second = await startPostgres({ dataDir });
    expect(await query(second.endpoint.url('shop'), 'SELECT answer FROM t')).toEqual([[42]]);
    await second.stop();
  });

  it('is durable by default, quick when ephemeral unless it is to be synced, and takes 300 connections all the same', async () => {
    const show = `SELECT current_setting('fsync'), current_setting('max_connections'), lower('ÄÇ')`;
    const durable = await startPostgres({ dataDir });
    expect(await query(durable.endpoint.url('postgres'), show)).toEqual([['on', '300', 'äç']]);
    await durable.stop();
    const ephemeral = await startPostgres({ dataDir, ephemeral: true });
    expect(await query(ephemeral.endpoint.url('postgres'), show)).toEqual([['off', '300', 'äç']]);
    await ephemeral.stop();
    const measured = await startPostgres({ dataDir, ephemeral: true, synced: true });
    expect(await query(measured.endpoint.url('postgres'), show)).toEqual([['on', '300', 'äç']]);
    await measured.stop();
  });

  it.runIf(hasChrt)('is not run in the place of whoever wakes it', async () => {
    const server = await startPostgres({ dataDir, ephemeral: true });
    const policy = `SELECT split_part(pg_read_file('/proc/self/stat'), ' ', 41)`;
    expect(await query(server.endpoint.url('postgres'), policy)).toEqual([[SCHED_BATCH]]);
    await server.stop();
  });

  it('serves data that only this user may reach, even where the server has to run as another', async () => {
    await chmod(folder.path, 0o700);
    const first = await startPostgres({ dataDir });
    await query(first.endpoint.url('postgres'), 'CREATE TABLE t AS SELECT 5 AS kept');
    await first.stop();
    const second = await startPostgres({ dataDir });
    expect(await query(second.endpoint.url('postgres'), 'SELECT kept FROM t')).toEqual([[5]]);
    await second.stop();
    expect((await stat(folder.path)).mode & 0o777).toBe(0o700);

    const cluster = await realpath(join(dataDir, 'cluster'));
    await rm(dataDir, { recursive: true });
    const fresh = await startPostgres({ dataDir });
    await expect(query(fresh.endpoint.url('postgres'), 'SELECT kept FROM t')).rejects.toMatchObject({
      code: '42P01',
    });
    await fresh.stop();
    // The folder may have been moved: only a person knows that nobody needs the data any more.
    expect((await stat(cluster)).isDirectory()).toBe(true);
    await rm(cluster, { recursive: true });
    await rm(await realpath(join(dataDir, 'cluster')), { recursive: true });
  });

  it('keeps no ephemeral data whose folder was deleted, but that of a server which still runs', async () => {
    await chmod(folder.path, 0o700);
    const deleted = join(folder.path, 'deleted');
    const first = await startPostgres({ dataDir: deleted, ephemeral: true });
    const cluster = await realpath(join(deleted, 'cluster'));
    await rm(deleted, { recursive: true });

    const next = await startPostgres({ dataDir, ephemeral: true });
    expect(await query(first.endpoint.url('postgres'), 'SELECT 1')).toEqual([[1]]);
    await Promise.all([first.stop(), next.stop()]);

    const last = await startPostgres({ dataDir: join(folder.path, 'last'), ephemeral: true });
    await expect(stat(cluster)).rejects.toMatchObject({ code: 'ENOENT' });
    expect((await stat(await realpath(join(dataDir, 'cluster')))).isDirectory()).toBe(true);
    await last.stop();
  });

  it('refuses a wrong password', async () => {
    const service = await startPostgres({ dataDir, ephemeral: true });
    const url = new URL(service.endpoint.url('postgres'));
    url.password = 'guess';
    await expect(query(url.href, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
    await service.stop();
  });

  it('starts again after kill -9, with every committed row', async () => {
    const first = await startPostgres({ dataDir });
    await query(first.endpoint.url('postgres'), 'CREATE TABLE t AS SELECT 7 AS kept');
    process.kill(first.pid ?? Number.NaN, 'SIGKILL');

    const second = await startPostgres({ dataDir });
    expect(second.pid).not.toBe(first.pid);
    expect(await query(second.endpoint.url('postgres'), 'SELECT kept FROM t')).toEqual([[7]]);
    await second.stop();
  });

  it('is adopted, not started twice, by a second start on the same data', async () => {
    const [first, second] = await Promise.all([startPostgres({ dataDir }), startPostgres({ dataDir })]);
    expect(second.pid).toBe(first.pid);
    expect(second.endpoint.port).toBe(first.endpoint.port);
    await second.stop();
    expect(await first.isAlive()).toBe(false);
    await first.stop();
  });

  it('stops only itself', async () => {
    const one = await startPostgres({ dataDir, ephemeral: true });
    const other = await startPostgres({ dataDir: join(folder.path, 'other'), ephemeral: true });
    await one.stop();
    expect([await one.isAlive(), await other.isAlive()]).toEqual([false, true]);
    await other.stop();
  });

  it('outlives the process that started it when detached, and is adopted by the next', async () => {
    const starter = await startInOtherProcess('startPostgres', { dataDir, detached: true });
    await starter.kill();
    const adopted = await startPostgres({ dataDir });
    expect(adopted.pid).toBe(starter.serverPid);
    expect(await adopted.isAlive()).toBe(true);
    await adopted.stop();
    expect(await processIdentity(starter.serverPid)).toBeUndefined();
  });

  it('ends with the process that started it when not detached, even if that one is killed', async () => {
    const starter = await startInOtherProcess('startPostgres', { dataDir });
    await starter.kill();
    await expect.poll(() => processIdentity(starter.serverPid), { timeout: 10_000 }).toBeUndefined();
  });

  it('tells the end of the server log when it cannot start', async () => {
    const first = await startPostgres({ dataDir, ephemeral: true });
    await first.stop();
    await rm(join(dataDir, 'cluster', 'global', 'pg_control'));
    await expect(startPostgres({ dataDir, ephemeral: true })).rejects.toThrow(
      /PostgreSQL ended before it was ready\. The end of its log:[\s\S]*pg_control/,
    );
  });

  it('hands over the server output line by line', async () => {
    const lines: string[] = [];
    const service = await startPostgres({ dataDir, ephemeral: true, onLog: (line) => lines.push(line) });
    await service.stop();
    expect(lines.filter((line) => line.includes('ready to accept connections'))).toHaveLength(1);
    expect(lines.at(-1)).toContain('database system is shut down');
  });

  it('starts nothing when the environment names a server, and never stops that one', async () => {
    const given = await startPostgres({ dataDir, ephemeral: true });
    vi.stubEnv('VICI_POSTGRES_URL', given.endpoint.url('postgres'));
    const found = await startPostgres({ dataDir: join(folder.path, 'unused') });
    expect(found).toMatchObject({ origin: 'environment', pid: undefined });
    expect(found.endpoint.url('shop')).toBe(given.endpoint.url('shop'));
    await found.stop();
    expect(await given.isAlive()).toBe(true);
    await given.stop();
    await expect(startPostgres({ dataDir })).rejects.toThrow(/VICI_POSTGRES_URL\) does not answer/);
  });
});
