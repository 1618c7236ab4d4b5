import { afterEach, describe, expect, it, vi } from 'vitest';
import { describeFailures } from './bus-failures.contract.js';
import { byKey, type ContractContext, consume, messages, newTopic } from './bus-fixtures.contract.js';
import { TestNetwork } from './bus-network.contract.js';
import type { EventBus, ReceivedMessage } from './event-bus.js';

/** How the contract gets its clients. */
export interface BusContract {
  /** A new client of the same broker, as a process of its own would have. */
  readonly create: (clientName: string) => EventBus;
  /** How long the other members may need to notice that one died, in milliseconds. */
  readonly takeoverMs: number;
}

/** Everything an adapter promises; each adapter's spec runs it against the real broker. */
export function describeBusContract(name: string, contract: BusContract): void {
  describe(`the event bus contract: ${name}`, () => {
    const clients: { bus: EventBus; network: TestNetwork }[] = [];

    const connect = (clientName = 'contract') => {
      const network = new TestNetwork();
      const client = { bus: network.carry(() => contract.create(clientName)), network };
      clients.push(client);
      return client;
    };
    const context: ContractContext = { connect, takeoverMs: contract.takeoverMs };

    afterEach(async () => {
      await Promise.all(clients.splice(0).map(({ bus }) => bus.close()));
    });

    describePublishing(context);
    describePublishingTogether(context);
    describeGroups(context);
    describeFailures(context);
    describeReading(context);
  });
}

function describePublishing({ connect }: ContractContext): void {
  it('keeps the order of each key, and key, value and headers to the last character', async () => {
    const { bus } = connect();
    const topic = await newTopic(bus);
    const sent = messages(topic, 60, ['anna', 'bea', 'çelik-✓']);
    const consumer = await consume(bus, topic, { group: 'reader' });

    await bus.publish(sent.slice(0, 30));
    await bus.publish(sent.slice(30));
    await consumer.receive(60);

    expect(byKey(consumer.received)).toEqual(byKey(sent));
    const first = consumer.received.find(({ key }) => key === 'çelik-✓');
    expect(first).toMatchObject({ topic, headers: { 'x-häder': 'wért 🛒', empty: '' } });
    expect(Math.abs(Date.now() - (first?.timestamp ?? 0))).toBeLessThan(60_000);
    const positions = consumer.received.map(({ partition, offset }) => `${partition}/${offset}`);
    expect(new Set(positions).size).toBe(60);
  });

  it('takes 10,000 messages in one call and delivers each once, in order per key', async () => {
    const { bus } = connect();
    const topic = await newTopic(bus);
    const keys = Array.from({ length: 50 }, (_, index) => `key-${index}`);
    const sent = messages(topic, 10_000, keys);
    const consumer = await consume(bus, topic, { group: 'bulk', maxBatch: 500 });

    await bus.publish(sent);
    await consumer.receive(10_000, 20_000);

    expect(byKey(consumer.received)).toEqual(byKey(sent));
    expect(Math.max(...consumer.batches)).toBeLessThanOrEqual(500);
  });

  it('does nothing when there is nothing to publish', async () => {
    const { bus } = connect();
    await expect(bus.publish([])).resolves.toBeUndefined();
  });

  it('rejects a publish in bounded time while the broker is away, and works again after', async () => {
    const { bus, network } = connect();
    const topic = await newTopic(bus);
    const [before, during, after] = messages(topic, 3, ['k']);
    if (!before || !during || !after) throw new Error('three messages expected');
    await bus.publish([before]);
    network.cut();

    const started = performance.now();
    await expect(bus.publish([during])).rejects.toThrow();
    expect(performance.now() - started).toBeLessThan(10_000);
    await expect(bus.ping()).rejects.toThrow();

    network.restore();
    await vi.waitFor(() => bus.publish([after]), { timeout: 15_000, interval: 100 });
    await expect(bus.ping()).resolves.toBeUndefined();
    const values: string[] = [];
    await bus.readAll(topic, ({ value }) => void values.push(value));
    expect(values).toEqual([before.value, after.value]);
  });
}

function describePublishingTogether({ connect }: ContractContext): void {
  it('publishes sets on several topics, many at once, in the order of the calls, and leaves no lag behind', async () => {
    const { bus } = connect();
    const [one, two] = [await newTopic(bus), await newTopic(bus)];
    const sent = messages(one, 40, ['a', 'b', 'c']);
    const first = await consume(bus, one, { group: 'first' });
    const second = await consume(bus, two, { group: 'second' });

    await bus.publishTogether([]);
    await Promise.all(
      sent.map((message) => bus.publishTogether([message, { ...message, topic: two, key: 'all' }])),
    );
    await Promise.all([first.receive(40), second.receive(40)]);

    expect(byKey(first.received)).toEqual(byKey(sent));
    expect(byKey(second.received)).toEqual({ all: sent.map(({ value }) => value) });
    await vi.waitFor(
      async () =>
        expect([await bus.lag('first', [one]), await bus.lag('second', [two])]).toEqual([
          { [one]: 0 },
          { [two]: 0 },
        ]),
      { timeout: 15_000 },
    );
    expect(await bus.readAll(one, () => undefined)).toBe(40);
  });

  it('rejects a set in bounded time while the broker is away, shows none of it, and works again after', async () => {
    const { bus, network } = connect();
    const topic = await newTopic(bus);
    const [before, during, after] = messages(topic, 3, ['k']);
    if (!before || !during || !after) throw new Error('three messages expected');
    await bus.publishTogether([before]);
    network.cut();

    const started = performance.now();
    await expect(bus.publishTogether([during])).rejects.toThrow();
    expect(performance.now() - started).toBeLessThan(15_000);

    network.restore();
    await vi.waitFor(() => bus.publishTogether([after]), { timeout: 20_000, interval: 100 });
    const values: string[] = [];
    await bus.readAll(topic, ({ value }) => void values.push(value));
    expect(values).toEqual([before.value, after.value]);
  }, 40_000);
}

function describeGroups({ connect }: ContractContext): void {
  it('gives every message to every group', async () => {
    const { bus } = connect();
    const topic = await newTopic(bus);
    const one = await consume(bus, topic, { group: 'one' });
    const two = await consume(bus, topic, { group: 'two' });
    const sent = messages(topic, 20, ['a', 'b']);

    await bus.publish(sent);
    await Promise.all([one.receive(20), two.receive(20)]);

    expect(byKey(one.received)).toEqual(byKey(sent));
    expect(byKey(two.received)).toEqual(byKey(sent));
  });

  it('shares the messages among the members of a group, none lost and none twice, also when one leaves', async () => {
    const first = connect('first');
    const second = connect('second');
    const topic = await newTopic(first.bus);
    const all: ReceivedMessage[] = [];
    const handle = async (batch: readonly ReceivedMessage[]) => void all.push(...batch);
    const left = await first.bus.subscribe({ group: 'shared', topics: [topic], handle });
    await second.bus.subscribe({ group: 'shared', topics: [topic], handle });
    const sent = messages(topic, 90, ['a', 'b', 'c', 'd', 'e']);

    await first.bus.publish(sent.slice(0, 30));
    await vi.waitFor(() => expect(all).toHaveLength(30), { timeout: 20_000 });
    await second.bus.publish(sent.slice(30, 60));
    await left.stop();
    await second.bus.publish(sent.slice(60));
    await vi.waitFor(() => expect(all.length).toBeGreaterThanOrEqual(90), { timeout: 20_000 });

    expect(byKey(all)).toEqual(byKey(sent));
  });

  it("starts a new group at the oldest message, or after the newest with 'latest'", async () => {
    const { bus } = connect();
    const topic = await newTopic(bus);
    const sent = messages(topic, 6, ['a']);
    await bus.publish(sent.slice(0, 3));
    const earliest = await consume(bus, topic, { group: 'from-oldest' });
    const latest = await consume(bus, topic, { group: 'from-newest', from: 'latest' });
    await earliest.receive(3);

    await bus.publish(sent.slice(3));
    await Promise.all([earliest.receive(6), latest.receive(3)]);

    expect(byKey(earliest.received)).toEqual(byKey(sent));
    expect(byKey(latest.received)).toEqual(byKey(sent.slice(3)));
  });

  it("keeps the place of a 'latest' group that has not had a message yet", async () => {
    const { bus } = connect();
    const topic = await newTopic(bus);
    const idle = await consume(bus, topic, { group: 'restarted', from: 'latest' });
    await idle.subscription.stop();
    const sent = messages(topic, 3, ['a']);
    await bus.publish(sent);

    const next = await consume(bus, topic, { group: 'restarted', from: 'latest' });
    await next.receive(3);
    expect(byKey(next.received)).toEqual(byKey(sent));
  });

  it('ends and commits the batch in flight on stop, and goes on behind it afterwards', async () => {
    const { bus } = connect();
    const topic = await newTopic(bus);
    const sent = messages(topic, 10, ['a']);
    const gate = Promise.withResolvers<void>();
    let finished = false;
    const slow = await consume(bus, topic, {
      group: 'stopping',
      handle: async () => {
        await gate.promise;
        finished = true;
      },
    });
    await bus.publish(sent.slice(0, 5));
    await slow.receive(5);

    const stopped = slow.subscription.stop();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(finished).toBe(false);
    gate.resolve();
    await stopped;
    expect(finished).toBe(true);
    expect(await bus.lag('stopping', [topic])).toEqual({ [topic]: 0 });

    await bus.publish(sent.slice(5));
    const next = await consume(bus, topic, { group: 'stopping' });
    await next.receive(5);
    expect(byKey(next.received)).toEqual(byKey(sent.slice(5)));
    expect(slow.received).toHaveLength(5);
  });
}

function describeReading({ connect }: ContractContext): void {
  it('reads a whole topic from its oldest message, whatever the groups have done', async () => {
    const { bus } = connect();
    const topic = await newTopic(bus);
    const sent = messages(topic, 1_200, ['a', 'b', 'c', 'd']);
    await bus.publish(sent);
    const consumer = await consume(bus, topic, { group: 'done-with-it', maxBatch: 1_000 });
    await consumer.receive(1_200);

    const visited: ReceivedMessage[] = [];
    const count = await bus.readAll(topic, async (message) => void visited.push(message));

    expect(count).toBe(1_200);
    expect(byKey(visited)).toEqual(byKey(sent));
  });

  it('reads nothing from a topic that is empty', async () => {
    const { bus } = connect();
    const topic = await newTopic(bus);
    expect(await bus.readAll(topic, () => expect.unreachable())).toBe(0);
  });

  it('tells how far a group is behind', async () => {
    const { bus } = connect();
    const [read, unread] = [await newTopic(bus), await newTopic(bus)];
    await bus.publish([...messages(read, 7, ['a', 'b']), ...messages(unread, 4, ['a'])]);
    expect(await bus.lag('behind', [read, unread])).toEqual({ [read]: 7, [unread]: 4 });

    const consumer = await consume(bus, read, { group: 'behind' });
    await consumer.receive(7);

    await vi.waitFor(
      async () => expect(await bus.lag('behind', [read, unread])).toEqual({ [read]: 0, [unread]: 4 }),
      { timeout: 15_000 },
    );
  });
}
