import { DomainError, newId } from '@vici/utils';
import { describe, expect, it } from 'vitest';
import { accountEvent, batchHandler, useEvents } from '../../test/events-fixture.js';
import type { DomainEvent } from '../envelope/domain-event.js';
import { toMessages } from '../outbox/outbox.publisher.js';

const events = useEvents();
const GROUP = 'test.project';
const DLQ = 'account-events.dlq';

const idsOf = (list: readonly DomainEvent[]) => list.map((event) => event.id);

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
});
