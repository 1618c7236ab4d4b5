import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createEventBus } from '@vici/events';
import { EventServiceDefinition } from '@vici/proto-gen/event';
import { type CreatedDatabase, createTestDatabase, eventually, TcpProxy, testRedisUrl } from '@vici/testing';
import { GrpcClientFactory, Logger, Metrics, newId, runInContext } from '@vici/utils';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';

const MAIN = fileURLToPath(new URL('../../services/event-service/dist/main.js', import.meta.url));
const TO_START_MS = 60_000;
const logger = new Logger({ service: 'test', level: 'silent' });

let database: CreatedDatabase;
let redisUrl = '';
let door: TcpProxy;
let folder = '';
const factory = new GrpcClientFactory({ logger, metrics: new Metrics('test') });
const running = new Set<ChildProcess>();

beforeAll(async () => {
  redisUrl = await testRedisUrl();
  database = await createTestDatabase();
  door = await TcpProxy.to(redisUrl);
  folder = await mkdtemp(join(tmpdir(), 'vici-spool-'));
}, TO_START_MS);
afterAll(async () => {
  for (const child of running) child.kill('SIGKILL');
  await factory.close();
  await door.close();
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

/** event-service in a process of its own; the bus is behind the door. */
async function start(env: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, [MAIN], {
    env: {
      ...process.env,
      NODE_ENV: 'test',
      LOG_LEVEL: 'info',
      HTTP_HOST: '127.0.0.1',
      HTTP_PORT: '0',
      GRPC_HOST: '127.0.0.1',
      GRPC_PORT: '0',
      DATABASE_URL: database.url,
      REDIS_URL: redisUrl,
      EVENT_BUS_REDIS_URL: door.url,
      INGEST_SPOOL_DIR: folder,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  running.add(child);
  const died = once(child, 'exit').then(() => running.delete(child));
  const port = await new Promise<number>((resolve, reject) => {
    let log = '';
    void died.then(() => reject(new Error(`event-service ended:\n${log}`)));
    child.stdout.on('data', (text: Buffer) => {
      log += text.toString();
      const found = /"grpcPort":(\d+)/.exec(log)?.[1];
      if (found !== undefined) resolve(Number(found));
    });
  });
  return { child, died, events: factory.client(EventServiceDefinition, `127.0.0.1:${port}`) };
}

/** How many events of a session event_db has. */
async function archived(session: string): Promise<number> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    const { rows } = await client.query('select 1 from behaviour_events where session_id = $1', [session]);
    return rows.length;
  } finally {
    await client.end();
  }
}

it(
  'publishes every event it acknowledged, in order, when it is killed before and while it publishes them',
  async () => {
    const session = newId();
    const ids: string[] = [];
    const ingest = async ({ events }: Awaited<ReturnType<typeof start>>) => {
      const sent = Array.from({ length: 5 }, () => ({ id: newId(), eventType: 'page_view' }));
      const caller = { role: 'anonymous' as const, shopperSessionId: session };
      const answer = await runInContext({ requestId: newId(), caller }, () =>
        events.ingest({ events: sent }),
      );
      expect(answer).toMatchObject({ accepted: 5, rejected: [] });
      ids.push(...sent.map(({ id }) => id));
    };

    door.cut();
    const first = await start();
    await ingest(first);
    await ingest(first);
    first.child.kill('SIGKILL');
    await first.died;

    // The second one dies as soon as the bus has what waited, before it has let go of it.
    const second = await start({ VICI_CRASH_AT: 'event-service.drained' });
    await ingest(second);
    door.restore();
    await second.died;
    await start();

    const bus = createEventBus({ kind: 'redis', url: redisUrl }, { clientName: 'test', logger });
    try {
      await eventually(
        async () => {
          const published: string[] = [];
          await bus.readAll('user-events', ({ value }) => void published.push(String(JSON.parse(value).id)));
          // What was on the bus when the second one died is there again, under the same ids: readers know them.
          expect([...new Set(published)]).toEqual(ids);
        },
        { timeoutMs: 30_000, intervalMs: 100 },
      );
      await eventually(async () => expect(await archived(session)).toBe(ids.length), { timeoutMs: 30_000 });
    } finally {
      await bus.close();
    }
  },
  3 * TO_START_MS,
);
