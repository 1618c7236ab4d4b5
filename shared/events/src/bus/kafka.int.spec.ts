import { randomUUID } from 'node:crypto';
import { Admin, ConfigResourceTypes } from '@platformatic/kafka';
import { useTestEventBus } from '@vici/testing';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { describeBusContract } from './bus.contract.js';
import { createEventBus } from './create-event-bus.js';
import type { BusLogger, BusMessage, EventBus, ReceivedMessage } from './event-bus.js';
import { KafkaEventBus } from './kafka.event-bus.js';
import { brokerList } from './kafka-client.js';

const SESSION_TIMEOUT_MS = 6_000;
const quiet: BusLogger = { info: () => undefined, warn: () => undefined, error: () => undefined };

describe('the Kafka event bus', () => {
  const test = useTestEventBus('kafka');
  const buses: KafkaEventBus[] = [];

  const brokers = () => (test.config.kind === 'kafka' ? brokerList(test.config.brokers) : []);
  const create = (clientName: string) =>
    new KafkaEventBus(
      { brokers: brokers(), sessionTimeoutMs: SESSION_TIMEOUT_MS },
      { clientName, logger: quiet },
    );
  const connect = () => {
    const bus = create('test');
    buses.push(bus);
    return bus;
  };

  afterEach(async () => {
    await Promise.all(buses.splice(0).map((bus) => bus.close()));
  });

  describeBusContract('Apache Kafka', { create, takeoverMs: 20_000 });

  it('makes topics with the partitions and the retention asked for', async () => {
    const topic = newTopic();
    await connect().ensureTopics([{ name: topic, partitions: 4, retentionMs: 3_600_000 }]);
    const admin = new Admin({ clientId: 'test', bootstrapBrokers: brokers() });
    try {
      const metadata = await admin.metadata({ topics: [topic] });
      expect(metadata.topics.get(topic)?.partitionsCount).toBe(4);
      const [configuration] = await admin.describeConfigs({
        resources: [
          {
            resourceType: ConfigResourceTypes.TOPIC,
            resourceName: topic,
            configurationKeys: ['retention.ms'],
          },
        ],
      });
      expect(configuration?.configs.map(({ value }) => value)).toEqual(['3600000']);
    } finally {
      await admin.close();
    }
  });

  it('places keys in the partitions where the Java clients place them', async () => {
    const bus = connect();
    const topic = newTopic();
    await bus.ensureTopics([{ name: topic, partitions: 7 }]);
    // murmur2 values from Kafka's own UtilsTest: 21 → -973932308, foobar → -790332482.
    const hashes = { '21': -973932308, foobar: -790332482 };
    await bus.publish(Object.keys(hashes).map((key) => message(topic, key, key)));
    const partitions: Record<string, number> = {};
    await bus.readAll(topic, ({ key, partition }) => {
      partitions[key] = partition;
    });
    expect(partitions).toEqual({
      '21': (hashes['21'] & 0x7fffffff) % 7,
      foobar: (hashes.foobar & 0x7fffffff) % 7,
    });
  });

  it('puts together what it would put one by one: the same partitions, and all to the last character', async () => {
    const bus = connect();
    const [together, apart] = [newTopic(), newTopic()];
    await bus.ensureTopics([together, apart].map((name) => ({ name, partitions: 5 })));
    const keys = ['', 'khách 👘', ...Array.from({ length: 40 }, () => randomUUID())];
    const messages = keys.flatMap((key) => [
      { key, value: `{"query":"áo dài \\u0000 👘 ${key}"}`, headers: { 'ce-type': 'search', trace: 'ế' } },
      // Larger than one request may be to a partition, all of them together.
      { key, value: 'x'.repeat(90_000), headers: {} },
    ]);
    await bus.publishTogether(messages.map((each) => ({ ...each, topic: together })));
    for (const each of messages) await bus.publish([{ ...each, topic: apart }]);
    const read = async (topic: string) => {
      const found: unknown[] = [];
      await bus.readAll(topic, ({ partition, key, value, headers }) => {
        found.push({ partition, key, value, headers });
      });
      return found;
    };
    const found = await read(together);
    expect(found).toHaveLength(messages.length);
    expect(found).toEqual(await read(apart));
  });

  it('keeps Vicis with different prefixes apart, whose names nobody inside sees', async () => {
    const name = newTopic();
    const open = (prefix: string) =>
      createEventBus({ kind: 'kafka', brokers: brokers(), prefix }, { clientName: 'test', logger: quiet });
    const [one, other] = [open('one.'), open('other.')];
    try {
      const topics = [{ name, partitions: 1 }];
      await Promise.all([one.ensureTopics(topics), other.ensureTopics(topics)]);
      const heard: Record<string, string[]> = { one: [], other: [] };
      const listen = (bus: EventBus, who: string) =>
        bus.subscribe({
          group: 'prefixed',
          topics: [name],
          handle: async (batch) =>
            void heard[who]?.push(...batch.map(({ topic, value }) => `${topic} ${value}`)),
        });
      await Promise.all([listen(one, 'one'), listen(other, 'other')]);
      await one.publish([message(name, 'key', 'to one')]);
      await other.publishTogether([message(name, 'key', 'to the other')]);
      await vi.waitFor(
        () => expect(heard).toEqual({ one: [`${name} to one`], other: [`${name} to the other`] }),
        { timeout: 20_000 },
      );
      await vi.waitFor(async () => expect(await one.lag('prefixed', [name])).toEqual({ [name]: 0 }), 20_000);
      expect(await connect().readAll(`one.${name}`, () => undefined)).toBe(1);
    } finally {
      await Promise.all([one.close(), other.close()]);
    }
  });

  it('loses nothing and mixes up no key while members come and go', async () => {
    const topic = newTopic();
    const publisher = connect();
    await publisher.ensureTopics([{ name: topic, partitions: 6 }]);
    const firstSeen = new Map<string, string[]>();
    const seen = new Set<string>();
    const member = () =>
      connect().subscribe({
        group: 'restless',
        topics: [topic],
        maxBatch: 20,
        handle: async (batch) => {
          await new Promise((resolve) => setTimeout(resolve, 2));
          for (const { key, value } of batch) {
            if (seen.has(value)) continue;
            seen.add(value);
            firstSeen.set(key, [...(firstSeen.get(key) ?? []), value]);
          }
        },
      });
    const sent = Array.from({ length: 2_000 }, (_, index) =>
      message(topic, `key-${index % 40}`, String(index)),
    );
    const members = [await member()];
    for (let start = 0; start < sent.length; start += 50) {
      await publisher.publish(sent.slice(start, start + 50));
      if (start % 500 === 250) members.push(await member());
      if (start % 500 === 450) await members.shift()?.stop();
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await vi.waitFor(() => expect(seen.size).toBe(2_000), { timeout: 20_000 });
    const expected = Map.groupBy(sent, ({ key }) => key);
    for (const [key, ofKey] of expected) {
      expect(firstSeen.get(key)).toEqual(ofKey.map(({ value }) => value));
    }
  }, 60_000);

  it('stays a member while one handler takes longer than the session timeout', async () => {
    const bus = connect();
    const topic = newTopic();
    await bus.ensureTopics([{ name: topic, partitions: 1 }]);
    await bus.publish([message(topic, 'key', 'slow')]);
    const handled: string[] = [];
    const subscription = {
      group: 'slow',
      topics: [topic],
      handle: async (batch: readonly ReceivedMessage[]) => {
        await new Promise((resolve) => setTimeout(resolve, SESSION_TIMEOUT_MS + 1_500));
        handled.push(...batch.map(({ value }) => value));
      },
    };
    await bus.subscribe(subscription);
    await vi.waitFor(async () => expect(await bus.lag('slow', [topic])).toEqual({ [topic]: 0 }), {
      timeout: 20_000,
      interval: 200,
    });
    expect(handled).toEqual(['slow']);
  }, 30_000);
});

function newTopic(): string {
  return `kafka-${randomUUID()}`;
}

function message(topic: string, key: string, value: string): BusMessage {
  return { topic, key, value, headers: {} };
}
