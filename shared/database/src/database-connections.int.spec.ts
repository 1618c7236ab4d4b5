import { createServer } from 'node:net';
import { eventually, useTestDatabase } from '@vici/testing';
import { Metrics } from '@vici/utils';
import { afterEach, describe, expect, it } from 'vitest';
import { Database } from './database.js';
import { sql } from './sql.js';

const test = useTestDatabase<Record<never, never>>();
const opened: Database<unknown>[] = [];

function open(options: Partial<ConstructorParameters<typeof Database>[0]> = {}): Database<unknown> {
  const database = new Database<unknown>({ url: test.url, applicationName: 'connections', ...options });
  opened.push(database);
  return database;
}

async function freePort(): Promise<number> {
  const server = createServer();
  const listening = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', listening.resolve);
  await listening.promise;
  const address = server.address();
  const closed = Promise.withResolvers<void>();
  server.close(() => closed.resolve());
  await closed.promise;
  if (address === null || typeof address === 'string') throw new Error('no TCP port');
  return address.port;
}

async function backendPid(database: Database<unknown>): Promise<number> {
  const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(database.query);
  return rows[0]?.pid ?? 0;
}

const UNAVAILABLE = { code: 'SERVICE_UNAVAILABLE', message: 'The database is unavailable' };

afterEach(async () => {
  await Promise.all(opened.splice(0).map((database) => database.close()));
});

it('a pool tells the server what reading out of order costs', async () => {
  const { rows } = await sql`show random_page_cost`.execute(open({ randomPageCost: 1.1 }).query);
  expect(rows).toEqual([{ random_page_cost: '1.1' }]);
});

describe('an unreachable database', () => {
  it('answers SERVICE_UNAVAILABLE to queries, transactions and pings', async () => {
    const database = open({ url: `postgres://vici:vici@127.0.0.1:${await freePort()}/none` });
    let ran = false;
    await expect(sql`select 1`.execute(database.query)).rejects.toMatchObject(UNAVAILABLE);
    const work = database.transaction(async () => {
      ran = true;
    });
    await expect(work).rejects.toMatchObject(UNAVAILABLE);
    await expect(database.ping()).rejects.toMatchObject(UNAVAILABLE);
    expect(ran).toBe(false);
  });
});

describe('a connection cut off by the server', () => {
  it('fails its transaction with SERVICE_UNAVAILABLE, once, and is replaced', async () => {
    const database = open({ poolMax: 1 });
    let runs = 0;
    const work = database.transaction(async () => {
      runs += 1;
      const pid = await backendPid(database);
      await test.database.pool.query('select pg_terminate_backend($1)', [pid]);
      await sql`select 1`.execute(database.query);
    });
    await expect(work).rejects.toMatchObject(UNAVAILABLE);
    expect(runs).toBe(1);
    await expect(database.ping()).resolves.toBeUndefined();
  });

  it('is replaced when it was idle', async () => {
    const database = open({ poolMax: 1 });
    const before = await backendPid(database);
    await test.database.pool.query('select pg_terminate_backend($1)', [before]);
    const after = await eventually(() => backendPid(database));
    expect(after).not.toBe(before);
  });
});

describe('limits', () => {
  it('answers SERVICE_UNAVAILABLE when no connection of the pool comes free within two seconds', async () => {
    const database = open({ poolMax: 1 });
    const held = Promise.withResolvers<void>();
    const holding = database.transaction(() => held.promise);
    const started = performance.now();
    await expect(sql`select 1`.execute(database.query)).rejects.toMatchObject(UNAVAILABLE);
    expect(performance.now() - started).toBeGreaterThan(1_900);
    held.resolve();
    await holding;
  });

  it('cancels a statement that runs longer than its time and leaves the connection usable', async () => {
    const database = open({ poolMax: 1, statementTimeoutMs: 250 });
    await expect(sql`select pg_sleep(5)`.execute(database.query)).rejects.toMatchObject({ code: '57014' });
    expect(await backendPid(database)).toBeGreaterThan(0);
  });

  it('names the application to the server', async () => {
    const database = open({ applicationName: 'order' });
    const { rows } = await sql`show application_name`.execute(database.query);
    expect(rows).toEqual([{ application_name: 'order' }]);
  });
});

describe('metrics', () => {
  it('tell connections in use, callers waiting and how long statements took', async () => {
    const metrics = new Metrics('test');
    const database = open({ poolMax: 1, metrics });
    const held = Promise.withResolvers<void>();
    const holding = database.transaction(async () => {
      await sql`select 1`.execute(database.query);
      await held.promise;
    });
    const waiting = sql`select 1`.execute(database.query);
    await eventually(async () => {
      const text = await metrics.registry.metrics();
      expect(text).toMatch(/database_pool_connections\{state="in_use",service="test"\} 1/);
      expect(text).toMatch(/database_pool_waiting\{service="test"\} 1/);
    });
    held.resolve();
    await Promise.all([holding, waiting]);
    expect(await metrics.registry.metrics()).toMatch(
      /database_query_duration_seconds_count\{service="test",operation="other"\} 2/,
    );
  });
});

describe('close', () => {
  it('may be called twice, and refuses queries afterwards', async () => {
    const database = open();
    await database.ping();
    await Promise.all([database.close(), database.close()]);
    await expect(database.ping()).rejects.toMatchObject(UNAVAILABLE);
  });
});
