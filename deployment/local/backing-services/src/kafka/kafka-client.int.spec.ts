import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  Admin,
  Consumer,
  FetchIsolationLevels,
  ProduceAcks,
  Producer,
  stringDeserializers,
  stringSerializers,
} from '@platformatic/kafka';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import type { BackingService } from '../backing-service.js';
import { freePort } from '../process/free-port.js';
import { KAFKA_CACHE } from '../testing/kafka-cache.js';
import { scratchFolder } from '../testing/scratch-folder.js';
import type { KafkaEndpoint } from './kafka.js';
import { kafkaObstacle, startKafka } from './kafka.js';

const obstacle = await kafkaObstacle({ cacheDir: KAFKA_CACHE });

/** One member of a consumer group that commits each message after it has seen it. */
interface Member {
  /** values in the order they came */
  seen: string[];
  partitions(): number[];
  close(): Promise<void>;
}

/**
 * What the event bus relies on in the Kafka client library, shown with a real broker. A change of library or of its
 * version has to pass this first.
 */
describe.skipIf(obstacle !== undefined)(`the Kafka client ${obstacle ?? ''}`, { timeout: 120_000 }, () => {
  let folder: Awaited<ReturnType<typeof scratchFolder>>;
  let broker: BackingService<KafkaEndpoint>;
  let startBroker: () => Promise<BackingService<KafkaEndpoint>>;
  let connection: {
    clientId: string;
    bootstrapBrokers: string[];
    retryDelay: number;
    connectTimeout: number;
  };
  const open: { close(): Promise<void> }[] = [];

  beforeAll(async () => {
    folder = await scratchFolder();
    const options = { dataDir: join(folder.path, 'kafka'), cacheDir: KAFKA_CACHE, port: await freePort() };
    startBroker = () => startKafka(options);
    broker = await startBroker();
    const bootstrapBrokers = broker.endpoint.brokers;
    connection = { clientId: 'spec', bootstrapBrokers, retryDelay: 100, connectTimeout: 2_000 };
  }, 300_000);

  afterEach(async () => {
    for (const client of open.splice(0).reverse()) {
      await client.close();
    }
  });

  afterAll(async () => {
    await broker?.stop();
    await folder?.remove();
  });

  async function createTopic(partitions: number): Promise<string> {
    const topic = `t-${randomUUID()}`;
    const admin = new Admin(connection);
    await admin.createTopics({ topics: [topic], partitions, replicas: 1 });
    await admin.close();
    return topic;
  }

  function createProducer(transactionalId?: string): Producer<string, string, string, string> {
    const producer = new Producer({
      ...connection,
      serializers: stringSerializers,
      idempotent: true,
      acks: ProduceAcks.ALL,
      strict: true,
      // -1 asks for an id; the library's own default claims to be producer 0, which a real broker fences.
      ...(transactionalId === undefined ? {} : { transactionalId, producerId: -1n, producerEpoch: -1 }),
    });
    open.push({ close: () => producer.close(true) });
    return producer;
  }

  async function joinGroup(topic: string, groupId: string, isolationLevel?: number): Promise<Member> {
    const consumer = new Consumer({
      ...connection,
      groupId,
      deserializers: stringDeserializers,
      retries: true,
      sessionTimeout: 6_000,
      heartbeatInterval: 300,
      rebalanceTimeout: 6_000,
    });
    const stream = await consumer.consume({
      topics: [topic],
      mode: 'committed',
      fallbackMode: 'earliest',
      autocommit: false,
      maxWaitTime: 50,
      ...(isolationLevel === undefined ? {} : { isolationLevel }),
    });
    const seen: string[] = [];
    const faults: Error[] = [];
    stream.on('error', (error) => faults.push(error));
    const reading = (async () => {
      for await (const message of stream) {
        seen.push(message.value);
        await message.commit();
      }
    })();
    let closing: Promise<void> | undefined;
    const close = async (): Promise<void> => {
      await stream.close();
      await reading;
      await consumer.close(true);
      expect(faults).toEqual([]);
    };
    const member = {
      seen,
      partitions: () => (consumer.assignments ?? []).flatMap(({ partitions }) => partitions).sort(),
      close: () => (closing ??= close()),
    };
    open.push(member);
    return member;
  }

  /** Produces numbered messages, each send awaited and repeated until acknowledged, until told to stop. */
  function produceSteadily(topic: string): { acknowledged: string[]; stop(): Promise<void> } {
    const producer = createProducer();
    const acknowledged: string[] = [];
    let stopped = false;
    const running = (async () => {
      for (let number = 0; !stopped; number += 1) {
        const send = () =>
          producer.send({ messages: [{ topic, key: `key ${number % 17}`, value: String(number) }] });
        while (
          !(await send().then(
            () => true,
            () => false,
          ))
        ) {
          await delay(100);
        }
        acknowledged.push(String(number));
        await delay(2);
      }
    })();
    return {
      acknowledged,
      stop: () => {
        stopped = true;
        return running;
      },
    };
  }

  const distinct = (...lists: string[][]): Set<string> => new Set(lists.flat());

  it('splits the partitions when a second member joins, gives them back when it leaves, and loses nothing', async () => {
    const topic = await createTopic(4);
    const source = produceSteadily(topic);
    const first = await joinGroup(topic, `g-${topic}`);
    await expect.poll(() => first.seen.length, { timeout: 20_000 }).toBeGreaterThan(100);
    expect(first.partitions()).toEqual([0, 1, 2, 3]);

    const second = await joinGroup(topic, `g-${topic}`);
    await expect
      .poll(() => [first.partitions().length, second.partitions().length], { timeout: 20_000 })
      .toEqual([2, 2]);
    expect([...first.partitions(), ...second.partitions()].sort()).toEqual([0, 1, 2, 3]);
    const before = [first.seen.length, second.seen.length] as const;
    await expect.poll(() => first.seen.length, { timeout: 20_000 }).toBeGreaterThan(before[0] + 50);
    await expect.poll(() => second.seen.length, { timeout: 20_000 }).toBeGreaterThan(before[1] + 50);

    await second.close();
    await expect.poll(() => first.partitions(), { timeout: 20_000 }).toEqual([0, 1, 2, 3]);
    await source.stop();
    await expect
      .poll(() => distinct(first.seen, second.seen).size, { timeout: 20_000 })
      .toBe(source.acknowledged.length);
  });

  it('goes on behind the last commit when the whole group is new', async () => {
    const topic = await createTopic(1);
    const producer = createProducer();
    const send = (value: string) => producer.send({ messages: [{ topic, key: 'k', value }] });
    await send('one');
    await send('two');
    const first = await joinGroup(topic, `g-${topic}`);
    await expect.poll(() => first.seen, { timeout: 20_000 }).toEqual(['one', 'two']);
    await first.close();
    await send('three');
    const second = await joinGroup(topic, `g-${topic}`);
    await expect.poll(() => second.seen, { timeout: 20_000 }).toEqual(['three']);
    await delay(300);
    expect(second.seen).toEqual(['three']);
  });

  it('keeps the order of one key and shares keys over partitions', async () => {
    const topic = await createTopic(4);
    const producer = createProducer();
    for (let number = 0; number < 200; number += 1) {
      await producer.send({
        messages: [{ topic, key: `key ${number % 8}`, value: `${number % 8}/${number}` }],
      });
    }
    const member = await joinGroup(topic, `g-${topic}`);
    await expect.poll(() => member.seen.length, { timeout: 20_000 }).toBe(200);
    for (let key = 0; key < 8; key += 1) {
      const numbers = member.seen
        .filter((value) => value.startsWith(`${key}/`))
        .map((value) => Number(value.slice(2)));
      expect(numbers).toEqual(Array.from({ length: 25 }, (_, index) => key + 8 * index));
    }
  });

  // One aborted transaction per producer: of two that arrive in one fetch this client hides only the later one, so
  // nothing of Vici rests on read-committed; the outbox and the inbox give the same guarantee without it.
  it('shows a committed transaction and hides an aborted one from a reader of committed ones', async () => {
    const topic = await createTopic(1);
    const producer = createProducer(`x-${topic}`);
    const aborted = await producer.beginTransaction();
    await aborted.send({ messages: [{ topic, key: 'k', value: 'aborted' }] });
    await aborted.abort();
    const committed = await producer.beginTransaction();
    await committed.send({ messages: [{ topic, key: 'k', value: 'committed' }] });
    await committed.commit();

    const careless = await joinGroup(topic, `careless-${topic}`, FetchIsolationLevels.READ_UNCOMMITTED);
    await expect.poll(() => careless.seen, { timeout: 20_000 }).toEqual(['aborted', 'committed']);
    const careful = await joinGroup(topic, `careful-${topic}`, FetchIsolationLevels.READ_COMMITTED);
    await expect.poll(() => careful.seen, { timeout: 20_000 }).toEqual(['committed']);
  });

  it('refuses the commit of a producer that was replaced, and keeps that of its successor', async () => {
    const topic = await createTopic(1);
    const orphaned = await createProducer(`x-${topic}`).beginTransaction();
    await orphaned.send({ messages: [{ topic, key: 'k', value: 'orphaned' }] });
    const successor = await createProducer(`x-${topic}`).beginTransaction();
    await successor.send({ messages: [{ topic, key: 'k', value: 'of the successor' }] });
    await successor.commit();
    await expect(orphaned.commit()).rejects.toSatisfy(
      (error) =>
        error instanceof AggregateError && error.errors.some(({ apiId }) => apiId === 'PRODUCER_FENCED'),
    );
    const reader = await joinGroup(topic, `g-${topic}`, FetchIsolationLevels.READ_COMMITTED);
    await expect.poll(() => reader.seen, { timeout: 20_000 }).toEqual(['of the successor']);
  });

  it('survives a broker that is killed and started again: every acknowledged message arrives', async () => {
    const topic = await createTopic(2);
    const member = await joinGroup(topic, `g-${topic}`);
    const source = produceSteadily(topic);
    await expect.poll(() => member.seen.length, { timeout: 20_000 }).toBeGreaterThan(100);

    process.kill(broker.pid ?? Number.NaN, 'SIGKILL');
    await delay(1_000);
    broker = await startBroker();
    const atRestart = source.acknowledged.length;
    await expect.poll(() => source.acknowledged.length, { timeout: 60_000 }).toBeGreaterThan(atRestart + 100);
    await source.stop();
    await expect
      .poll(() => source.acknowledged.filter((value) => !member.seen.includes(value)), { timeout: 60_000 })
      .toEqual([]);
  });
});
