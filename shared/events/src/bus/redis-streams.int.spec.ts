import { randomUUID } from 'node:crypto';
import { eventually, quickest, useTestRedis } from '@vici/testing';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { describeBusContract } from './bus.contract.js';
import { TestNetwork } from './bus-network.contract.js';
import type { BusLogger, BusMessage, ReceivedMessage } from './event-bus.js';
import { leaseKey, streamKey } from './redis-stream-keys.js';
import { RedisStreamsEventBus } from './redis-streams.event-bus.js';

const redis = useTestRedis();
const logged: string[] = [];
const logger: BusLogger = {
  info: (message) => void logged.push(message),
  warn: (message) => void logged.push(message),
  error: (message) => void logged.push(message),
};

beforeEach(() => void logged.splice(0));

describeBusContract('Redis Streams', {
  create: (clientName) => new RedisStreamsEventBus(redis.url, { clientName, logger }),
  takeoverMs: 5_000,
});

describe('the Redis Streams event bus', () => {
  const buses: RedisStreamsEventBus[] = [];

  const connect = () => {
    const bus = new RedisStreamsEventBus(redis.url, { clientName: 'test', logger });
    buses.push(bus);
    return bus;
  };

  afterEach(async () => {
    await Promise.all(buses.splice(0).map((bus) => bus.close()));
  });

  it('keeps all keys of a topic in one cluster slot', async () => {
    expect(streamKey('order-events')).toBe('bus:{order-events}');
    expect(leaseKey('order-events', 'payment')).toBe('bus:{order-events}:lease:payment');
  });

  it('leaves no group behind when an ephemeral subscription stops, and keeps any other', async () => {
    const bus = connect();
    const topic = newTopic();
    const handle = async () => undefined;
    const passing = await bus.subscribe({ group: 'passing', topics: [topic], handle, ephemeral: true });
    const lasting = await bus.subscribe({ group: 'lasting', topics: [topic], handle });

    await Promise.all([passing.stop(), lasting.stop()]);

    expect(await redis.client.xinfo('GROUPS', streamKey(topic))).toEqual([
      expect.arrayContaining(['name', 'lasting']),
    ]);
  });

  it('waits for quiet topics over one connection, and hands over what comes to each of them, again and again', async () => {
    const bus = connect();
    const topics = [newTopic(), newTopic(), newTopic()];
    const received: string[] = [];
    const handle = async (batch: readonly ReceivedMessage[]) => {
      received.push(...batch.map(({ value }) => value));
    };
    const running = await bus.subscribe({ group: 'quiet', topics, handle, quiet: true });
    const send = (value: string) =>
      bus.publish(
        topics.map((topic, index) => ({ topic, key: 'k', value: `${value}${index}`, headers: {} })),
      );

    const connections = async () => {
      const clients = String(await redis.client.client('LIST')).split('\n');
      return clients.filter((line) => line.includes('name=test:quiet')).length;
    };

    await send('a');
    await vi.waitFor(() => expect(received.toSorted()).toEqual(['a0', 'a1', 'a2']), { timeout: 15_000 });
    await vi.waitFor(async () => expect(await connections()).toBe(1), { timeout: 15_000 });
    await send('b');
    await vi.waitFor(() => expect(received).toHaveLength(6), { timeout: 15_000 });
    expect(await connections()).toBe(1);
    await running.stop();

    expect(received.slice(3).toSorted()).toEqual(['b0', 'b1', 'b2']);
    expect(logged).toEqual([]);
  });

  it('ends the one connection of many quiet topics once', async () => {
    const warnings: string[] = [];
    const onWarning = ({ name }: Error) => void warnings.push(name);
    process.on('warning', onWarning);
    onTestFinished(() => void process.off('warning', onWarning));
    const topics = Array.from({ length: 12 }, newTopic);
    const running = await connect().subscribe({
      group: 'many',
      topics,
      handle: async () => undefined,
      quiet: true,
    });
    const connections = async () =>
      String(await redis.client.client('LIST')).split('name=test:many').length - 1;
    await vi.waitFor(async () => expect(await connections()).toBe(1), { timeout: 15_000 });

    await running.stop();

    await vi.waitFor(async () => expect(await connections()).toBe(0), { timeout: 15_000 });
    expect(warnings).toEqual([]);
    expect(logged).toEqual([]);
  });

  it('delivers as soon as something is published, not when it looks again', async () => {
    const bus = connect();
    const topic = newTopic();
    const arrivals = new Map<string, number>();
    await bus.subscribe({
      group: 'quick',
      topics: [topic],
      handle: async (batch) => {
        for (const { value } of batch) arrivals.set(value, performance.now());
      },
    });
    const delays: number[] = [];
    for (let index = 0; index < 50; index += 1) {
      const sent = performance.now();
      await bus.publish([message(topic, String(index))]);
      await eventually(() => expect(arrivals.has(String(index))).toBe(true), { intervalMs: 1 });
      delays.push((arrivals.get(String(index)) ?? Number.POSITIVE_INFINITY) - sent);
    }
    delays.sort((left, right) => left - right);
    expect(delays[25]).toBeLessThan(200);
  });

  it('lets a standing-by member take over at once when the owner stops', async () => {
    // Far from the three seconds of a lease that nobody gives back.
    const soonest = await quickest(1_500, async () => {
      const [leaving, waiting] = [connect(), connect()];
      const topic = newTopic();
      const handled: ReceivedMessage[] = [];
      const owner = await leaving.subscribe({
        group: 'handover',
        topics: [topic],
        handle: async () => undefined,
      });
      await eventually(async () => expect(await owned(topic, 'handover')).toBe(true));
      await waiting.subscribe({
        group: 'handover',
        topics: [topic],
        handle: async (batch) => void handled.push(...batch),
      });
      await owner.stop();
      await waiting.publish([message(topic, 'after the stop')]);
      await eventually(() => expect(handled).toHaveLength(1), { intervalMs: 10 });
    });
    expect(soonest).toBeLessThan(1_500);
  });

  it('acknowledges nothing after another member took its lease away', async () => {
    const bus = connect();
    const topic = newTopic();
    const entered = Promise.withResolvers<void>();
    const gate = Promise.withResolvers<void>();
    let handled = 0;
    await bus.subscribe({
      group: 'fenced',
      topics: [topic],
      handle: async () => {
        handled += 1;
        entered.resolve();
        await gate.promise;
      },
    });
    await bus.publish([message(topic, 'contested')]);
    await entered.promise;

    await redis.client.set(leaseKey(topic, 'fenced'), 'another-member', 'PX', 60_000);
    gate.resolve();
    await new Promise((resolve) => setTimeout(resolve, 1_500));

    expect(await bus.lag('fenced', [topic])).toEqual({ [topic]: 1 });
    expect(handled).toBe(1);
    expect(await redis.client.get(leaseKey(topic, 'fenced'))).toBe('another-member');
  });

  it('makes its groups again and loses nothing new after Redis lost its data', async () => {
    const bus = connect();
    const topic = newTopic();
    const values: string[] = [];
    for (const from of ['earliest', 'latest'] as const) {
      await bus.subscribe({
        group: from,
        topics: [topic],
        from,
        handle: async (batch) => void values.push(...batch.map(({ value }) => `${from} ${value}`)),
      });
    }
    await bus.publish([message(topic, 'old')]);
    await eventually(() => expect(values).toHaveLength(2));

    await redis.client.del(streamKey(topic));
    await bus.publish([message(topic, 'new')]);

    await vi.waitFor(() => expect(values).toHaveLength(4), { timeout: 15_000 });
    expect(values.slice(2).sort()).toEqual(['earliest new', 'latest new']);
  });

  it('passes on an entry that somebody else wrote instead of stopping at it', async () => {
    const bus = connect();
    const topic = newTopic();
    await redis.client.xadd(streamKey(topic), '*', 'foreign', 'field');
    await redis.client.xadd(streamKey(topic), '*', 'k', 'key', 'v', 'value', 'h', '{broken');
    const handled: ReceivedMessage[] = [];
    await bus.subscribe({
      group: 'tolerant',
      topics: [topic],
      handle: async (batch) => void handled.push(...batch),
    });
    await eventually(() => expect(handled).toHaveLength(2));
    expect(handled[0]).toMatchObject({ key: '', value: '', headers: {} });
    expect(handled[1]).toMatchObject({ key: 'key', value: 'value', headers: {} });
  });

  it('goes on behind entries that were deleted while they waited for their handler', async () => {
    const bus = connect();
    const topic = newTopic();
    const group = 'holes';
    await bus.publish([message(topic, 'deleted'), message(topic, 'kept')]);
    await redis.client.xgroup('CREATE', streamKey(topic), group, '0');
    await redis.client.xreadgroup('GROUP', group, 'owner', 'COUNT', 2, 'STREAMS', streamKey(topic), '>');
    const [first] = await redis.client.xrange(streamKey(topic), '-', '+', 'COUNT', 1);
    await redis.client.xdel(streamKey(topic), first?.[0] ?? '');
    const values: string[] = [];
    await bus.subscribe({
      group,
      topics: [topic],
      handle: async (batch) => void values.push(...batch.map(({ value }) => value)),
    });
    await eventually(() => expect(values).toEqual(['kept']));
    await eventually(async () => expect(await bus.lag(group, [topic])).toEqual({ [topic]: 0 }));
    expect(logged).toContain('Entry deleted before it was handled');
  });

  it('trims what is past its retention and acknowledged by every group, and nothing else', async () => {
    const bus = connect();
    const topic = newTopic();
    await bus.ensureTopics([{ name: topic, partitions: 1, retentionMs: 60_000 }]);
    const hoursAgo = Date.now() - 3_600_000;
    for (let index = 0; index < 4; index += 1) {
      await redis.client.xadd(streamKey(topic), `${hoursAgo + index}-0`, 'k', 'k', 'v', `old ${index}`);
    }
    await bus.publish([message(topic, 'recent')]);
    const stream = streamKey(topic);
    await redis.client.xgroup('CREATE', stream, 'slow', '0');
    await redis.client.xreadgroup('GROUP', 'slow', 'owner', 'COUNT', 3, 'STREAMS', stream, '>');
    await redis.client.xack(stream, 'slow', `${hoursAgo}-0`, `${hoursAgo + 1}-0`);

    await bus.trim();
    expect(await valuesOf(topic)).toEqual(['old 2', 'old 3', 'recent']);

    await redis.client.xreadgroup('GROUP', 'slow', 'owner', 'COUNT', 9, 'STREAMS', stream, '>');
    await redis.client.xack(
      stream,
      'slow',
      ...(await redis.client.xrange(stream, '-', '+')).map(([id]) => id),
    );
    await bus.trim();
    expect(await valuesOf(topic)).toEqual(['recent']);
  });

  it('forgets a group that nobody consumed for the whole retention, and no group in use', async () => {
    const bus = connect();
    const topic = newTopic();
    await bus.ensureTopics([{ name: topic, partitions: 1, retentionMs: 300 }]);
    await redis.client.xadd(streamKey(topic), '*', 'k', 'k', 'v', 'old');
    for (const group of ['abandoned', 'leased']) {
      await redis.client.xgroup('CREATE', streamKey(topic), group, '0');
      const one = ['COUNT', 1, 'STREAMS', streamKey(topic), '>'] as const;
      await redis.client.xreadgroup('GROUP', group, 'owner', ...one);
    }
    await redis.client.set(leaseKey(topic, 'leased'), 'member', 'PX', 60_000);
    await new Promise((resolve) => setTimeout(resolve, 400));

    await bus.trim();
    expect(await groupNames(topic)).toEqual(['leased']);
    expect(await valuesOf(topic)).toEqual(['old']);

    await redis.client.xgroup('DESTROY', streamKey(topic), 'leased');
    await bus.trim();
    expect(await valuesOf(topic)).toEqual([]);
  });

  it('still closes while Redis is away', async () => {
    const network = new TestNetwork();
    const bus = network.carry(connect);
    await bus.subscribe({ group: 'closing', topics: [newTopic()], handle: async () => undefined });
    await bus.ping();
    network.cut();
    const started = performance.now();
    await expect(bus.ping()).rejects.toThrow();
    await bus.close();
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});

function newTopic(): string {
  return `redis-${randomUUID()}`;
}

function message(topic: string, value: string): BusMessage {
  return { topic, key: 'key', value, headers: {} };
}

async function owned(topic: string, group: string): Promise<boolean> {
  return (await redis.client.exists(leaseKey(topic, group))) === 1;
}

async function valuesOf(topic: string): Promise<(string | undefined)[]> {
  const entries = await redis.client.xrange(streamKey(topic), '-', '+');
  return entries.map(([, fields]) => fields[fields.indexOf('v') + 1]);
}

async function groupNames(topic: string): Promise<string[]> {
  const groups = await redis.client.xinfo('GROUPS', streamKey(topic));
  return Array.isArray(groups) ? groups.map((fields: string[]) => fields[1] ?? '') : [];
}
