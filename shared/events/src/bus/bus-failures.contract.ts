import { expect, it, vi } from 'vitest';
import { byKey, type ContractContext, consume, messages, newTopic } from './bus-fixtures.contract.js';

/** Failing handlers, dead members and a broker that is away. */
export function describeFailures({ connect, takeoverMs }: ContractContext): void {
  it('gives the same messages again after the handler threw, and none behind them before', async () => {
    const { bus } = connect();
    const topic = await newTopic(bus);
    const sent = messages(topic, 12, ['a']);
    await bus.publish(sent);
    const attempts: string[][] = [];
    const done: string[] = [];
    await consume(bus, topic, {
      group: 'failing',
      maxBatch: 4,
      handle: async (batch) => {
        const values = batch.map(({ value }) => value);
        attempts.push(values);
        if (attempts.length <= 2) throw new Error('handler refuses');
        done.push(...values);
      },
    });

    await vi.waitFor(() => expect(done).toHaveLength(12), { timeout: 20_000 });

    expect(done).toEqual(sent.map(({ value }) => value));
    expect(attempts[1]).toEqual(attempts[0]);
    expect(attempts[2]?.[0]).toBe(sent[0]?.value);
  });

  it('does not hold up one topic of a subscription while another one fails', async () => {
    const { bus } = connect();
    const [broken, healthy] = [await newTopic(bus), await newTopic(bus)];
    const done: string[] = [];
    await bus.subscribe({
      group: 'independent',
      topics: [broken, healthy],
      handle: async (batch) => {
        if (batch[0]?.topic === broken) throw new Error('handler refuses');
        done.push(...batch.map(({ value }) => value));
      },
    });
    await bus.publish(messages(broken, 3, ['a']));
    const sent = messages(healthy, 3, ['a']);
    await bus.publish(sent);

    await vi.waitFor(() => expect(done).toEqual(sent.map(({ value }) => value)), {
      timeout: 20_000,
    });
    expect(await bus.lag('independent', [broken, healthy])).toMatchObject({ [broken]: 3 });
  });

  it('hands the messages of a member that died in the middle of them to another member', async () => {
    const doomed = connect('doomed');
    const survivor = connect('survivor');
    const topic = await newTopic(doomed.bus);
    const sent = messages(topic, 20, ['a', 'b', 'c']);
    const death = Promise.withResolvers<void>();
    const dying = await consume(doomed.bus, topic, {
      group: 'crash',
      handle: () => death.promise,
    });
    await survivor.bus.publish(sent.slice(0, 10));
    await vi.waitFor(() => expect(dying.received.length).toBeGreaterThan(0), { timeout: 20_000 });
    doomed.network.cut();

    const heir = await consume(survivor.bus, topic, { group: 'crash' });
    await survivor.bus.publish(sent.slice(10));
    await heir.receive(20, takeoverMs);

    expect(byKey(heir.received)).toEqual(byKey(sent));
    death.resolve();
    await doomed.bus.close();
    await vi.waitFor(async () => expect(await survivor.bus.lag('crash', [topic])).toEqual({ [topic]: 0 }), {
      timeout: 20_000,
    });
    expect(heir.received).toHaveLength(20);
  }, 60_000);

  it('goes on by itself after the broker was away, also when it was away at the start', async () => {
    const publisher = connect('publisher');
    const consumerSide = connect('consumer');
    const topic = await newTopic(publisher.bus);
    const sent = messages(topic, 9, ['a', 'b']);
    consumerSide.network.cut();
    const consumer = await consume(consumerSide.bus, topic, { group: 'patient' });
    await publisher.bus.publish(sent.slice(0, 3));

    consumerSide.network.restore();
    await consumer.receive(3, takeoverMs);
    consumerSide.network.cut();
    await publisher.bus.publish(sent.slice(3, 6));
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(consumer.received).toHaveLength(3);

    consumerSide.network.restore();
    await publisher.bus.publish(sent.slice(6));
    await consumer.receive(9, takeoverMs);
    expect(byKey(consumer.received)).toEqual(byKey(sent));
  }, 60_000);
}
