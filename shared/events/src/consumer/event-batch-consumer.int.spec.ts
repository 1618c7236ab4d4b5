import { once } from 'node:events';
import { createServer } from 'node:http';
import { type Link, trace } from '@opentelemetry/api';
import { DomainError, extractTrace, newId, runInTrace, startTracing } from '@vici/utils';
import { describe, expect, it, vi } from 'vitest';
import { accountEvent, batchHandler, useEvents } from '../../test/events-fixture.js';
import type { BusMessage, ReceivedMessage } from '../bus/event-bus.js';
import type { DomainEvent } from '../envelope/domain-event.js';
import { toMessages } from '../outbox/outbox.publisher.js';

const events = useEvents();
const GROUP = 'test.project';
const DLQ = 'account-events.dlq';

const idsOf = (list: readonly DomainEvent[]) => list.map((event) => event.id);

const received = (...messages: BusMessage[]): ReceivedMessage[] =>
  messages.map((message, index) => ({ ...message, partition: 0, offset: String(index), timestamp: 0 }));

async function leaveEffects(batch: readonly DomainEvent[]): Promise<void> {
  for (const event of batch) await events.leaveEffect(event);
}

describe('a consumer of event batches', () => {
  it('gets what is new, in order, in one transaction', async () => {
    const bus = events.openBus();
    const subject = newId();
    const list = Array.from({ length: 10 }, () => accountEvent(subject));
    const [first, second] = [list.slice(0, 4), list.slice(4)];
    const batches: string[][] = [];
    const transactions = new Set<string>();
    const project = batchHandler(async (batch) => {
      batches.push(idsOf(batch));
      await leaveEffects(batch);
    });
    await events.send(bus, ...first, ...first);
    const consumers = await events.startConsumers({ bus, batch: [project] });
    await events.caughtUp(bus, GROUP);
    await consumers.stop();
    await events.send(bus, ...first, ...second);
    await events.startConsumers({ bus, batch: [project] });
    await events.caughtUp(bus, GROUP);

    expect(batches).toEqual([idsOf(first), idsOf(second)]);
    const { rows } = await events.postgres.database.pool.query<{ xmin: string }>(
      'select xmin::text from effect',
    );
    for (const row of rows) transactions.add(row.xmin);
    expect(rows).toHaveLength(10);
    expect(transactions.size).toBe(2);
    expect(await events.countOf('inbox')).toBe(10);
  });

  it('finds the poison in a batch: one dead letter, and all others take effect in order', async () => {
    const bus = events.openBus();
    const subject = newId();
    const list = Array.from({ length: 10 }, () => accountEvent(subject));
    const poison = list[3];
    if (poison === undefined) throw new Error('there are ten events');
    const project = batchHandler(async (batch) => {
      await leaveEffects(batch);
      if (batch.some((event) => event.id === poison.id)) throw new Error('poison');
    });
    await events.send(bus, ...list);
    await events.startConsumers({ bus, batch: [project] });
    await events.caughtUp(bus, GROUP);

    expect(await events.effects()).toEqual(idsOf(list.filter((event) => event !== poison)));
    const letters = await events.messagesOf(DLQ, bus);
    expect(letters.map(({ value, headers }) => [JSON.parse(value).id, headers['x-group']])).toEqual([
      [poison.id, GROUP],
    ]);
  });

  it('handles together what several partitions bring at once, and apart again when that fails', async () => {
    const bus = events.openBus();
    const [first, good, poison, other] = Array.from({ length: 4 }, () => accountEvent());
    if (!first || !good || !poison || !other) throw new Error('there are four events');
    const batches: string[][] = [];
    const begun = Promise.withResolvers<void>();
    const gate = Promise.withResolvers<void>();
    const project = batchHandler(async (batch) => {
      batches.push(idsOf(batch));
      begun.resolve();
      await gate.promise;
      await leaveEffects(batch);
      if (idsOf(batch).includes(poison.id)) throw new Error('poison');
    });
    const subscribed = vi.spyOn(bus, 'subscribe').mockResolvedValue({ stop: async () => undefined });
    await events.startConsumers({ bus, batch: [project] });
    const deliver = subscribed.mock.calls[0]?.[0].handle;
    if (deliver === undefined) throw new Error('the consumer subscribes');
    const arrive = (event: DomainEvent) => deliver(received(...toMessages(event)));

    const partitions = [arrive(first)];
    await begun.promise;
    partitions.push(...[good, poison, other].map(arrive));
    gate.resolve();
    await Promise.all(partitions);

    const together = idsOf([good, poison, other]);
    expect(batches.slice(0, 5)).toEqual([[first.id], together, ...together.map((id) => [id])]);
    expect(await events.effects()).toEqual(idsOf([first, good, other]));
    expect((await events.messagesOf(DLQ, bus)).map(({ value }) => JSON.parse(value).id)).toEqual([poison.id]);
  });

  it('dead-letters what is no event and gives the handler the rest', async () => {
    const bus = events.openBus();
    const event = accountEvent();
    const [message] = toMessages(event);
    if (message === undefined) throw new Error('an event has a topic');
    await bus.publish([{ ...message, value: '[]' }, message]);
    await events.startConsumers({ bus, batch: [batchHandler(leaveEffects)] });
    await events.caughtUp(bus, GROUP);

    expect(await events.effects()).toEqual([event.id]);
    expect((await events.messagesOf(DLQ, bus)).map(({ value }) => value)).toEqual(['[]']);
  });

  it('sends the batch back while a dependency is down, and dead-letters nothing', async () => {
    const bus = events.openBus();
    const subject = newId();
    const list = [accountEvent(subject), accountEvent(subject)];
    let tries = 0;
    const project = batchHandler(async (batch) => {
      tries += 1;
      if (tries <= 7) throw new DomainError('SERVICE_UNAVAILABLE', 'the index is unavailable');
      await leaveEffects(batch);
    });
    await events.send(bus, ...list);
    await events.startConsumers({ bus, batch: [project] });
    await events.caughtUp(bus, GROUP);

    expect(await events.effects()).toEqual(idsOf(list));
    expect(await events.messagesOf(DLQ, bus)).toEqual([]);
  });

  it('refuses a type that none of its topics carries', async () => {
    const wrong = { ...batchHandler(leaveEffects), topics: ['order-events' as const] };
    await expect(events.startConsumers({ batch: [wrong] })).rejects.toThrow(
      'project handles user.email_verified, which order-events do not carry',
    );
  });

  it('is linked with the recorded traces of the requests that caused the batch, each once', async () => {
    const collector = createServer((request, response) => request.resume().once('end', () => response.end()));
    await once(collector.listen(0, '127.0.0.1'), 'listening');
    const address = collector.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', `http://127.0.0.1:${port}`);
    vi.stubEnv('OTEL_TRACES_SAMPLER', 'parentbased_always_on');
    const stopTracing = await startTracing('test');
    try {
      const parent = (trace: string, flags: string) => `00-${trace.repeat(32)}-b7ad6b7169203331-${flags}`;
      const caused = [parent('a', '01'), parent('b', '00'), parent('c', '01'), parent('a', '01')];
      const subject = newId();
      const list = caused.map((traceparent) =>
        runInTrace(extractTrace({ traceparent }), () => accountEvent(subject)),
      );
      const linked: string[][] = [];
      const project = batchHandler(async () => {
        const links: readonly Link[] = Reflect.get(trace.getActiveSpan() ?? {}, 'links') ?? [];
        linked.push(links.map(({ context }) => context.traceId));
      });
      const bus = events.openBus();
      await events.send(bus, ...list, accountEvent(subject));
      await events.startConsumers({ bus, batch: [project] });
      await events.caughtUp(bus, GROUP);

      expect(linked).toEqual([['a'.repeat(32), 'c'.repeat(32)]]);
    } finally {
      await stopTracing();
      collector.close();
      collector.closeAllConnections();
      vi.unstubAllEnvs();
    }
  });
});
