import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gatewayService } from '@vici/api-gateway';
import { startKafka } from '@vici/backing-services';
import { eventService } from '@vici/event-service';
import { createEventBus } from '@vici/events';
import { type CreatedDatabase, createTestDatabase, eventually, testRedisUrl } from '@vici/testing';
import { InProcessRegistry, Logger, newId, type RunningService, startService } from '@vici/utils';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';

const CACHE = fileURLToPath(new URL('../../.vici/cache/kafka', import.meta.url));
const TO_START_MS = 180_000;
const LANES = 4;
const logger = new Logger({ service: 'test', level: 'silent' });

let folder = '';
let kafka: Awaited<ReturnType<typeof startKafka>>;
let database: CreatedDatabase;
let events: RunningService;
let gateway: RunningService;

const broker = (port?: number) =>
  startKafka({ dataDir: join(folder, 'kafka'), cacheDir: CACHE, ...(port !== undefined && { port }) });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vici-outage-'));
  kafka = await broker();
  database = await createTestDatabase();
  const env = {
    NODE_ENV: 'test',
    LOG_LEVEL: 'silent',
    HTTP_HOST: '127.0.0.1',
    HTTP_PORT: '0',
    GRPC_HOST: '127.0.0.1',
    GRPC_PORT: '0',
    DATABASE_URL: database.url,
    REDIS_URL: await testRedisUrl(),
    EVENT_BUS: 'kafka',
    KAFKA_BROKERS: kafka.endpoint.brokers.join(','),
    RATE_LIMIT_MULTIPLIER: '0',
    BOT_EVENTS_PER_MINUTE: '1000000',
    INGEST_SPOOL_DIR: join(folder, 'spool'),
    INGEST_SPOOL_MAX_MB: '1',
  };
  const registry = new InProcessRegistry();
  events = await startService(eventService, { env, registry });
  const address = `127.0.0.1:${events.grpcPort}`;
  gateway = await startService(gatewayService, { env: { ...env, EVENT_GRPC_URL: address }, registry });
}, TO_START_MS);
afterAll(async () => {
  await gateway.stop();
  await events.stop();
  await kafka.stop();
  await database.drop();
  await rm(folder, { recursive: true, force: true });
}, TO_START_MS);

/** Ends the broker as a power cut would. */
async function killBroker(): Promise<void> {
  if (kafka.pid === undefined) throw new Error('A given Kafka cannot be killed');
  process.kill(kafka.pid, 'SIGKILL');
  await eventually(async () => expect(await kafka.isAlive()).toBe(false), { timeoutMs: 10_000 });
}

async function bringBrokerBack(): Promise<void> {
  const port = Number(kafka.endpoint.brokers[0]?.split(':')[1]);
  await kafka.stop();
  kafka = await broker(port);
}

const batchOf = (size: number, metadata = {}) =>
  Array.from({ length: size }, () => ({ id: newId(), eventType: 'page_view', metadata }));

/** Sends a batch as a browser does. */
async function send(session: string, batch: readonly object[]) {
  const answer = await fetch(`http://127.0.0.1:${gateway.httpPort}/api/events/batch`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-session-id': session },
    body: JSON.stringify({ events: batch }),
  });
  await answer.arrayBuffer();
  return { status: answer.status, retryAfter: answer.headers.get('retry-after') };
}

/** A shopper whose browser sends batch after batch, each again until it is taken; the ids in the order they were taken. */
async function shop(session: string, until: () => boolean): Promise<string[]> {
  const taken: string[] = [];
  while (!until()) {
    const batch = batchOf(5);
    while ((await send(session, batch)).status !== 202) await new Promise((again) => setTimeout(again, 50));
    taken.push(...batch.map(({ id }) => id));
  }
  return taken;
}

/** Ids of a session on user-events in the order of their first coming. */
async function published(session: string): Promise<string[]> {
  const bus = createEventBus(
    { kind: 'kafka', brokers: kafka.endpoint.brokers },
    { clientName: 'test', logger },
  );
  const ids = new Set<string>();
  try {
    await bus.readAll('user-events', ({ key, value }) => {
      if (key === session) ids.add(String(JSON.parse(value).id));
    });
  } finally {
    await bus.close();
  }
  return [...ids];
}

/** Ids of a session in event_db, every row. */
async function archived(session: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    const { rows } = await client.query<{ id: string }>(
      'select id from behaviour_events where session_id = $1',
      [session],
    );
    return rows.map(({ id }) => id);
  } finally {
    await client.end();
  }
}

async function arrivesOnceInOrder(session: string, ids: readonly string[]): Promise<void> {
  const patience = { timeoutMs: 60_000, intervalMs: 250 };
  await eventually(async () => expect(await published(session)).toEqual(ids), patience);
  await eventually(
    async () => expect((await archived(session)).toSorted()).toEqual(ids.toSorted()),
    patience,
  );
}

it(
  'takes events while the broker is dead, and publishes each in order when it is back: none lost, none stored twice',
  async () => {
    const sessions = Array.from({ length: LANES }, () => newId());
    let over = false;
    const shopping = sessions.map((session) => shop(session, () => over));
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    await killBroker();
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    await bringBrokerBack();
    over = true;
    const taken = await Promise.all(shopping);

    for (const [lane, session] of sessions.entries()) {
      expect(taken[lane]?.length).toBeGreaterThan(10);
      await arrivesOnceInOrder(session, taken[lane] ?? []);
    }
  },
  TO_START_MS,
);

it(
  'answers 503 and when to come again once no more can be kept, and takes what was refused afterwards',
  async () => {
    const session = newId();
    const metadata = Object.fromEntries(Array.from({ length: 15 }, (_, key) => [key, 'x'.repeat(500)]));
    const taken: string[] = [];
    await killBroker();
    let refused = batchOf(20, metadata);
    for (;;) {
      const { status, retryAfter } = await send(session, refused);
      if (status !== 202) {
        expect([status, retryAfter]).toEqual([503, '5']);
        break;
      }
      taken.push(...refused.map(({ id }) => id));
      refused = batchOf(20, metadata);
    }
    expect(taken.length).toBeGreaterThan(60);
    await bringBrokerBack();

    await eventually(async () => expect(await send(session, refused)).toMatchObject({ status: 202 }), {
      timeoutMs: 60_000,
      intervalMs: 250,
    });
    await arrivesOnceInOrder(session, [...taken, ...refused.map(({ id }) => id)]);
  },
  TO_START_MS,
);
