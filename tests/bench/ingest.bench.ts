// `npm run bench:ingest [seconds]`: events through HTTP in batches of 50, beside the bare Kafka client that produces the
// same bytes, in one run. The bare client is measured before and after; its mean counts.
import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { compatibilityPartitioner, ProduceAcks, Producer, stringSerializers } from '@platformatic/kafka';
import { EventBatches, messagesOfBatch } from './event-batches.ts';
import { type Measurement, measureWork, printTable } from './measure.ts';
import { serve } from './served.ts';

const BATCH = 50;
const CONNECTIONS = 32;
const seconds = Number(process.argv[2] ?? 8);
if (!Number.isInteger(seconds) || seconds < 1) {
  console.error('Usage: npm run bench:ingest [seconds per case]');
  process.exit(2);
}

interface Address {
  readonly url: string;
  readonly brokers: readonly string[];
}
const isAddress = (value: unknown): value is Address =>
  typeof value === 'object' && value !== null && 'url' in value && 'brokers' in value;

/** Per second in events, not in batches. */
const inEvents = (measured: Measurement): Measurement => ({
  ...measured,
  perSecond: measured.perSecond * BATCH,
});

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

async function measureBare(brokers: readonly string[], round: string): Promise<Measurement[]> {
  const batches = Array.from({ length: 200 }, () => messagesOfBatch(BATCH));
  let turn = 0;
  const next = () => batches[turn++ % batches.length] ?? [];
  const producer = bareProducer(brokers);
  try {
    await producer.send({ messages: next() });
    const plain = await measureWork(`bare Kafka client, a send a batch (${round})`, seconds, 1, async () => {
      await producer.send({ messages: next() });
    });
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

function post(url: URL, agent: Agent, body: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = {
      'content-type': 'application/json',
      'content-length': body.length,
      'x-session-id': randomUUID(),
    };
    const sent = request(url, { agent, method: 'POST', headers }, (response) => {
      response.resume();
      response.once('end', () =>
        response.statusCode === 202 ? resolve() : reject(new Error(`answered ${response.statusCode}`)),
      );
    });
    sent.once('error', reject);
    sent.end(body);
  });
}

async function measureHttp(address: Address): Promise<Measurement> {
  const url = new URL('/api/events/batch', address.url);
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const bodies = new EventBatches(BATCH);
  const work = () => post(url, agent, bodies.next());
  await measureWork('warm-up', 3, CONNECTIONS, work);
  const measured = await measureWork(`POST /events/batch of ${BATCH}`, seconds, CONNECTIONS, work);
  agent.destroy();
  return inEvents(measured);
}

const server = await serve('./ingest.server.ts', '', (sentence) => console.log(sentence), isAddress);
try {
  const before = await measureBare(server.address.brokers, 'before');
  const http = await measureHttp(server.address);
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
