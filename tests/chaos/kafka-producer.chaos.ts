import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, startKafka } from '@vici/backing-services';
import { type BusMessage, createEventBus, type EventBus } from '@vici/events';
import { TcpProxy } from '@vici/testing';
import { Logger, newId } from '@vici/utils';
import { afterAll, beforeAll, expect, it } from 'vitest';

const START_MS = 960_000;
const ROUNDS = 20;
const cacheDir = join(import.meta.dirname, '../../.vici/cache/kafka');
const logger = new Logger({ service: 'test', level: 'silent' });

let folder = '';
let broker: Awaited<ReturnType<typeof startKafka>>;
let door: TcpProxy;
let bus: EventBus;
/** Behind the door, on which nothing is lost. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vici-kafka-'));
  const port = await freePort();
  door = await TcpProxy.to(`tcp://127.0.0.1:${port}`);
  const advertisedPort = Number(new URL(door.url).port);
  broker = await startKafka({ dataDir: folder, cacheDir, port, advertisedPort, ephemeral: true });
  const brokers = [`127.0.0.1:${advertisedPort}`];
  bus = createEventBus({ kind: 'kafka', brokers }, { clientName: 'test', logger });
}, START_MS);
afterAll(async () => {
  await bus?.close();
  await door?.close();
  await broker?.stop();
  await rm(folder, { recursive: true, force: true });
}, START_MS);

const numbered = (topic: string, index: number): BusMessage => ({
  topic,
  key: `key-${index % 3}`,
  value: String(index),
  headers: {},
});

async function newTopic(): Promise<string> {
  const topic = `retried-${newId()}`;
  await bus.ensureTopics([{ name: topic, partitions: 3 }]);
  return topic;
}

async function valuesOn(topic: string): Promise<number[]> {
  const values: number[] = [];
  await bus.readAll(topic, ({ value }) => void values.push(Number(value)));
  return values.toSorted((one, other) => one - other);
}

it('a message whose acknowledgement was lost is on the topic once, however often the connection breaks', async () => {
  const topic = await newTopic();
  await bus.publish([numbered(topic, 0)]);
  for (let index = 1; index <= ROUNDS; index += 1) {
    const lost = door.loseAnswer();
    await bus.publish([numbered(topic, index)]);
    await lost;
  }
  expect(await valuesOn(topic)).toEqual(Array.from({ length: ROUNDS + 1 }, (_, index) => index));
}, 120_000);

it('a set that was rejected because an answer was lost is there once after it is sent again, or with its repetition whole', async () => {
  const topic = await newTopic();
  const set = (index: number) => [0, 1, 2].map((offset) => numbered(topic, index * 3 + offset));
  await bus.publishTogether(set(0));
  let rejected = 0;
  for (let index = 1; index <= ROUNDS; index += 1) {
    const lost = door.loseAnswer();
    for (let published = false; !published; ) {
      published = await bus.publishTogether(set(index)).then(
        () => true,
        () => false,
      );
      if (!published) rejected += 1;
    }
    await lost;
  }
  const times = Map.groupBy(await valuesOn(topic), (value) => value);
  expect([...times.keys()]).toEqual(Array.from({ length: 3 * (ROUNDS + 1) }, (_, index) => index));
  const repeated = [...times.values()].reduce((sum, { length }) => sum + length - 1, 0);
  expect(repeated % 3).toBe(0);
  expect(repeated).toBeLessThanOrEqual(3 * rejected);
}, 180_000);
