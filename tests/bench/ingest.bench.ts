// `npm run bench:ingest [seconds]`: events through HTTP in batches of 50, beside the bare Kafka client that produces the
// same bytes, in one run. The bare client is measured before and after; its mean counts. It is idempotent and waits for all
// replicas, as event-service does, has no compression, as event-service has none, and sends batch after batch, in one
// request each, to topics of its own of as many partitions: nobody reads and archives what it sends while it is timed.
// The archive gives way to a burst: how fast it catches up is told, and waited for, before anything else runs.
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import {
  Admin,
  compatibilityPartitioner,
  ProduceAcks,
  Producer,
  stringSerializers,
} from '@platformatic/kafka';
import { TOPICS } from '@vici/events';
import { send } from '../support/http-client.ts';
import { EventBatches, messagesOfBatch } from './event-batches.ts';
import { type Measurement, measureWork, printTable } from './measure.ts';
import { perEvent, processorTime } from './processor-time.ts';
import { serve } from './served.ts';

const BATCH = 50;
const CONNECTIONS = 64;
const DAY_MS = 86_400_000;
/** Before the name of each topic of the bare client. */
const BARE = 'bare.';
const EVENTS_COMMAND = fileURLToPath(new URL('../../deployment/local/dist/cli/events.js', import.meta.url));
const seconds = Number(process.argv[2] ?? 8);
if (!Number.isInteger(seconds) || seconds < 1) {
  console.error('Usage: npm run bench:ingest [seconds per case]');
  process.exit(2);
}

interface Address {
  readonly url: string;
  readonly brokers: readonly string[];
  /** Of the gRPC API of event-service. */
  readonly events: string;
}
const isAddress = (value: unknown): value is Address =>
  typeof value === 'object' && value !== null && 'url' in value && 'brokers' in value && 'events' in value;

/** Per second in events, not in batches. */
const inEvents = (measured: Measurement): Measurement => ({
  ...measured,
  perSecond: measured.perSecond * BATCH,
});

/** Measures, and tells what processor time an event cost by program. */
async function timed(measure: () => Promise<Measurement>): Promise<Measurement> {
  const before = await processorTime();
  const measured = await measure();
  const used = perEvent(before, await processorTime(), measured.perSecond * seconds * BATCH);
  const parts = used.map(([program, us]) => `${program} ${us.toFixed(1)}`);
  if (parts.length > 0) console.log(`${measured.name}: µs of processor time an event: ${parts.join(', ')}`);
  return measured;
}

function bareProducer(brokers: readonly string[]) {
  return new Producer({
    clientId: 'bare',
    bootstrapBrokers: [...brokers],
    serializers: stringSerializers,
    idempotent: true,
    acks: ProduceAcks.ALL,
    partitioner: (message, key) => compatibilityPartitioner(message, key),
    transactionalId: `bare-${randomUUID()}`,
    retries: 100,
    retryDelay: 4,
  });
}

/** Makes the topics of the bare client, like those of the shop's behaviour. */
async function makeBareTopics(brokers: readonly string[]): Promise<void> {
  const admin = new Admin({ clientId: 'bare', bootstrapBrokers: [...brokers] });
  const names = new Set(messagesOfBatch(1).map(({ topic }) => topic));
  const { partitions } = TOPICS['user-events'];
  try {
    await admin.createTopics({
      topics: [...names].map((name) => ({ topic: `${BARE}${name}`, partitions, replicas: 1 })),
    });
  } finally {
    await admin.close();
  }
}

async function measureBare(brokers: readonly string[], round: string): Promise<Measurement[]> {
  const batches = Array.from({ length: 200 }, () =>
    messagesOfBatch(BATCH).map((message) => ({ ...message, topic: `${BARE}${message.topic}` })),
  );
  let turn = 0;
  const next = () => batches[turn++ % batches.length] ?? [];
  const producer = bareProducer(brokers);
  try {
    await producer.send({ messages: next() });
    const plain = await timed(() =>
      measureWork(`bare Kafka client, a send a batch (${round})`, seconds, 1, async () => {
        await producer.send({ messages: next() });
      }),
    );
    const together = await measureWork(
      `bare Kafka client, a transaction a batch (${round})`,
      seconds,
      1,
      async () => {
        const transaction = await producer.beginTransaction();
        await transaction.send({ messages: next() });
        await transaction.commit();
      },
    );
    return [plain, together].map(inEvents);
  } finally {
    await producer.close(true);
  }
}

async function post(url: string, body: Buffer): Promise<void> {
  const headers = { 'content-type': 'application/json', 'x-session-id': randomUUID() };
  const { status } = await send(url, { method: 'POST', headers, body });
  if (status !== 202) throw new Error(`answered ${status}`);
}

interface Progress {
  readonly archived: number;
}
const isProgress = (value: unknown): value is Progress =>
  typeof value === 'object' && value !== null && 'archived' in value;

/** Waits until the archive has everything; tells at which rate it came to that. */
async function catchUp(ask: () => Promise<Progress>, sent: number): Promise<void> {
  const [begun, { archived: before }] = [performance.now(), await ask()];
  let stored = before;
  while (stored < sent) {
    await pause(200);
    stored = (await ask()).archived;
  }
  const took = (performance.now() - begun) / 1000;
  console.log(`${before} of ${sent} events were archived when the last was answered`);
  console.log(`the other ${sent - before} in ${took.toFixed(1)} s: ${Math.round((sent - before) / took)}/s`);
}

/** What `npm run events -- export` does: the archive into a file, as a rebuild of somebody else's tables reads it. */
async function exportAll({ events }: Address): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'vici-export-'));
  const file = join(folder, 'events.jsonl');
  const [from, to] = [-DAY_MS, DAY_MS].map((away) => new Date(Date.now() + away).toISOString());
  const range = ['--from', String(from), '--to', String(to), '--file', file];
  try {
    const begun = performance.now();
    const env = { ...process.env, EVENT_GRPC_URL: events };
    const { stdout } = await promisify(execFile)(process.execPath, [EVENTS_COMMAND, 'export', ...range], {
      env,
    });
    const count = Number.parseInt(stdout, 10);
    const took = (performance.now() - begun) / 1000;
    console.log(`exported ${count} events in ${took.toFixed(1)} s: ${Math.round(count / took)}/s`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function measureHttp(address: Address): Promise<{ http: Measurement; sent: number }> {
  const url = `${address.url}/api/events/batch`;
  const bodies = new EventBatches(BATCH);
  let sent = 0;
  const work = async () => {
    await post(url, bodies.next());
    sent += BATCH;
  };
  await measureWork('warm-up', 3, CONNECTIONS, work);
  const measured = await timed(() =>
    measureWork(`POST /events/batch of ${BATCH}`, seconds, CONNECTIONS, work),
  );
  return { http: inEvents(measured), sent };
}

const server = await serve('./ingest.server.ts', '', (sentence) => console.log(sentence), isAddress);
try {
  await makeBareTopics(server.address.brokers);
  const before = await measureBare(server.address.brokers, 'before');
  const { http, sent } = await measureHttp(server.address);
  await catchUp(() => server.ask(isProgress), sent);
  await exportAll(server.address);
  const after = await measureBare(server.address.brokers, 'after');
  printTable([...before, http, ...after]);
  for (const [index, name] of ['a send', 'a transaction'].entries()) {
    const bare = ((before[index]?.perSecond ?? 0) + (after[index]?.perSecond ?? 0)) / 2;
    console.log(
      `${Math.round(http.perSecond)} events/s over HTTP: ${((100 * http.perSecond) / bare).toFixed(0)} % of the bare client with ${name} a batch`,
    );
  }
} finally {
  await server.stop();
}
