import { newId } from '@vici/utils';
import { describe, expect, it } from 'vitest';
import { accountEvent, handler, togetherHandler, useEvents } from '../../test/events-fixture.js';
import { createEvent } from '../envelope/create-event.js';
import type { DomainEvent } from '../envelope/domain-event.js';

const events = useEvents();
const DLQ = 'account-events.dlq';

const idsOf = (list: readonly DomainEvent[]) => list.map((event) => event.id);

async function leaveEffects(list: readonly DomainEvent[]): Promise<void> {
  for (const event of list) await events.leaveEffect(event);
}

/** Events of one key, which are of one partition and so come in one read. */
function eventsOfOneKey(count: number): DomainEvent[] {
  const subject = newId();
  return Array.from({ length: count }, () => accountEvent(subject));
}

async function transactionsOfEffects(): Promise<number> {
  const { rows } = await events.postgres.database.pool.query<{ n: number }>(
    'select count(distinct xmin::text)::int as n from effect',
  );
  return rows[0]?.n ?? -1;
}

describe('events that came together', () => {
  it('take effect in order, twenty in a transaction, each once', async () => {
    const bus = events.openBus();
    const list = eventsOfOneKey(25);
    const [known, ...fresh] = list;
    if (known === undefined) throw new Error('there are events');
    await events.send(bus, known);
    const consumers = await events.startConsumers({ bus, single: [togetherHandler(leaveEffects)] });
    await events.caughtUp(bus, 'test');
    await consumers.stop();
    await events.send(bus, ...list);
    const calls: number[] = [];
    const counting = togetherHandler(async (several) => {
      calls.push(several.length);
      await leaveEffects(several);
    });
    await events.startConsumers({ bus, single: [counting] });
    await events.caughtUp(bus, 'test');

    expect(calls).toEqual([19, 5]);
    expect(await events.effects()).toEqual([known.id, ...idsOf(fresh)]);
    expect(await transactionsOfEffects()).toBe(3);
    expect(await events.countOf('inbox')).toBe(25);
  });

  it('are handled one by one when one of them fails, with tries of its own and a dead letter for it alone', async () => {
    const bus = events.openBus();
    const list = eventsOfOneKey(4);
    const poison = list[2];
    const calls: string[][] = [];
    const picky = togetherHandler(async (several) => {
      calls.push(idsOf(several));
      await leaveEffects(several);
      if (several.some(({ id }) => id === poison?.id)) throw new Error('poison');
    });
    await events.send(bus, ...list);
    await events.startConsumers({ bus, single: [picky] });
    await events.caughtUp(bus, 'test');

    const [first, second, third, fourth] = idsOf(list);
    const tries = Array.from({ length: 5 }, () => [third]);
    expect(calls).toEqual([[first, second, third, fourth], [first], [second], ...tries, [fourth]]);
    expect(await events.effects()).toEqual([first, second, fourth]);
    expect((await events.messagesOf(DLQ, bus)).map(({ headers }) => headers['x-attempts'])).toEqual(['5']);
  });

  it('wait for nobody who may wait for them: behind a lock they are handled one by one', async () => {
    const bus = events.openBus();
    const list = eventsOfOneKey(3);
    const other = await events.postgres.database.pool.connect();
    await other.query('begin; lock table effect in share mode');
    const calls: number[] = [];
    const locking = togetherHandler(async (several) => {
      calls.push(several.length);
      if (calls.length === 2) await other.query('rollback');
      await leaveEffects(several);
    });
    await events.send(bus, ...list);
    await events.startConsumers({ bus, single: [locking] });
    await events.caughtUp(bus, 'test');
    other.release();

    expect(calls).toEqual([3, 1, 1, 1]);
    expect(await events.effects()).toEqual(idsOf(list));
    expect(await events.messagesOf(DLQ, bus)).toEqual([]);
  });

  it('stay in order with those of their key that are handled alone', async () => {
    const bus = events.openBus();
    const [alone, shared] = [newId(), newId()];
    const deletedAt = '2026-01-01T00:00:00.000Z';
    const deleted = createEvent('user.deleted', { subject: alone, data: { userId: alone, deletedAt } });
    const list = [
      accountEvent(alone),
      accountEvent(shared),
      deleted,
      accountEvent(alone),
      accountEvent(shared),
    ];
    const order: DomainEvent[] = [];
    const record = async (event: DomainEvent) => {
      await events.leaveEffect(event);
      order.push(event);
    };
    const calls: number[] = [];
    const verified = togetherHandler(async (several) => {
      calls.push(several.length);
      for (const event of several) await record(event);
    });
    await events.send(bus, ...list);
    await events.startConsumers({
      bus,
      single: [verified, { ...handler(record), types: ['user.deleted'] }],
    });
    await events.caughtUp(bus, 'test');

    for (const key of [alone, shared]) {
      const ofKey = (among: readonly DomainEvent[]) => idsOf(among.filter(({ subject }) => subject === key));
      expect(ofKey(order)).toEqual(ofKey(list));
    }
    expect(calls.toSorted()).toEqual([1, 1, 2]);
  });
});
