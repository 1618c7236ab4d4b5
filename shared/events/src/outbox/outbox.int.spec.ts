import { eventually, pauseAt } from '@vici/testing';
import { newId } from '@vici/utils';
import { describe, expect, it } from 'vitest';
import { accountEvent, handler, useEvents } from '../../test/events-fixture.js';
import type { EventBus } from '../bus/event-bus.js';
import { createEvent } from '../envelope/create-event.js';
import type { DomainEvent } from '../envelope/domain-event.js';
import { OutboxPublisher } from './outbox.publisher.js';

const events = useEvents();

function publisher(onCommitted: () => void = () => undefined): OutboxPublisher {
  return new OutboxPublisher(events.postgres.database, onCommitted);
}

async function commit(...list: DomainEvent[]): Promise<void> {
  await events.postgres.database.transaction(() => publisher().publish(...list));
}

/** The real bus, whose publications fail while `down`. */
function breakable(bus: EventBus): EventBus & { down: boolean } {
  const broken = {
    ...bound(bus),
    down: true,
    publish: async (messages: Parameters<EventBus['publish']>[0]) => {
      if (broken.down) throw new Error('the bus is down');
      await bus.publish(messages);
    },
  };
  return broken;
}

function bound(bus: EventBus): EventBus {
  return {
    ensureTopics: (topics) => bus.ensureTopics(topics),
    publish: (messages) => bus.publish(messages),
    publishTogether: (messages) => bus.publishTogether(messages),
    subscribe: (subscription) => bus.subscribe(subscription),
    ping: () => bus.ping(),
    close: () => bus.close(),
    readAll: (topic, visit) => bus.readAll(topic, visit),
    lag: (group, topics) => bus.lag(group, topics),
  };
}

async function idsOn(topic: string, bus?: EventBus): Promise<string[]> {
  return (await events.messagesOf(topic, bus)).map((message) => String(JSON.parse(message.value).id));
}

describe('publishing through the outbox', () => {
  it('puts a committed event on its topic as a CloudEvent, keyed by its aggregate, and empties the outbox', async () => {
    const bus = events.openBus();
    events.startRelay(bus);
    const event = accountEvent();

    await commit(event);

    const [message] = await eventually(async () => {
      const messages = await events.messagesOf('account-events', bus);
      expect(messages).toHaveLength(1);
      return messages;
    });
    expect(message?.key).toBe(event.subject);
    expect(message?.headers).toEqual({
      'content-type': 'application/cloudevents+json; charset=utf-8',
      'ce-type': 'user.email_verified',
    });
    expect(JSON.parse(message?.value ?? '')).toEqual({ ...event });
    await eventually(async () => expect(await events.countOf('outbox')).toBe(0));
  });

  it('leaves no trace of an event whose transaction rolls back', async () => {
    const bus = events.openBus();
    events.startRelay(bus);
    let woken = 0;
    const rolledBack = events.postgres.database.transaction(async () => {
      await publisher(() => {
        woken += 1;
      }).publish(accountEvent());
      throw new Error('the order is not valid');
    });
    await expect(rolledBack).rejects.toThrow('the order is not valid');
    expect(await events.countOf('outbox')).toBe(0);
    const later = accountEvent();
    await commit(later);

    await eventually(async () => expect(await idsOn('account-events', bus)).toEqual([later.id]));
    expect(woken).toBe(0);
  });

  it('refuses to publish outside of a transaction', async () => {
    await expect(publisher().publish(accountEvent())).rejects.toThrow('needs an open transaction');
    expect(await events.countOf('outbox')).toBe(0);
  });

  it('refuses an event the bus would refuse for ever, before it can hold up the others', async () => {
    const data = { sessionId: 's1', timestamp: 1_700_000_000_000, eventType: 'page_view' as const };
    const metadata = Object.fromEntries(Array.from({ length: 700 }, (_, key) => [`${key}`, 'é'.repeat(500)]));
    const accepted = createEvent('page_view', { subject: 'v1', data: { ...data, metadata } });
    const more = Object.fromEntries(Array.from({ length: 1_000 }, (_, key) => [`${key}`, 'é'.repeat(500)]));
    const refused = createEvent('page_view', { subject: 'v2', data: { ...data, metadata: more } });
    await expect(commit(refused)).rejects.toThrow('too large for the bus');
    await commit(accepted);
    expect(await events.countOf('outbox')).toBe(1);
  });

  it('puts a behaviour event on all of its topics, keyed by the shopper', async () => {
    const bus = events.openBus();
    events.startRelay(bus);
    const userId = newId();
    const fields = { sessionId: 's1', timestamp: 1_700_000_000_000, productId: newId() };
    const known = { ...fields, userId, eventType: 'product_view' as const };
    const guest = { ...fields, eventType: 'product_view' as const };
    await commit(
      createEvent('product_view', { subject: 'v1', data: known }),
      createEvent('product_view', { subject: 'v2', data: guest }),
    );

    for (const topic of ['user-events', 'product-views']) {
      await eventually(async () => {
        const keys = (await events.messagesOf(topic, bus)).map((message) => message.key);
        expect(keys.toSorted()).toEqual([userId, 's1'].toSorted());
      });
    }
  });

  it('hears of a commit of another process without waiting for its timer', async () => {
    const bus = events.openBus();
    events.startRelay(bus, 60_000);
    const event = accountEvent();
    await commit(event);
    await eventually(async () => expect(await idsOn('account-events', bus)).toEqual([event.id]));
  });

  it('hears again after its listening connection was lost', async () => {
    const bus = events.openBus();
    events.startRelay(bus, 60_000);
    const listening = `select pg_terminate_backend(pid) as ended from pg_stat_activity
      where datname = current_database() and query like 'LISTEN%'`;
    await eventually(async () =>
      expect((await events.postgres.database.pool.query(listening)).rows).toEqual([{ ended: true }]),
    );
    const event = accountEvent();
    await commit(event);
    await eventually(async () => expect(await idsOn('account-events', bus)).toEqual([event.id]));
  });
});

describe('the outbox relay', () => {
  it('keeps the order per key with two relays, each event on the bus once', async () => {
    const bus = events.openBus();
    const relays = [events.startRelay(bus), events.startRelay(events.openBus())];
    const keys = Array.from({ length: 20 }, () => newId());
    const written = new Map<string, string[]>(keys.map((key) => [key, []]));
    for (let round = 0; round < 20; round += 1) {
      const batch = Array.from({ length: 100 }, (_, index) => accountEvent(keys[(round + index) % 20]));
      for (const event of batch) written.get(event.subject)?.push(event.id);
      await events.postgres.database.transaction(() =>
        publisher(() => {
          for (const relay of relays) relay.wake();
        }).publish(...batch),
      );
    }

    const messages = await eventually(
      async () => {
        const found = await events.messagesOf('account-events', bus);
        expect(found).toHaveLength(2_000);
        return found;
      },
      { timeoutMs: 30_000, intervalMs: 100 },
    );
    const published = Map.groupBy(messages, (message) => message.key);
    for (const [key, ids] of written) {
      expect(published.get(key)?.map((message) => JSON.parse(message.value).id)).toEqual(ids);
    }
    // On the bus before it is committed that they are.
    await eventually(async () => expect(await events.countOf('outbox')).toBe(0));
  });

  it('leaves a later event of a key that another relay is publishing, and takes other keys', async () => {
    const [bus, otherBus] = [events.openBus(), events.openBus()];
    const subject = newId();
    const [first, second, unrelated] = [accountEvent(subject), accountEvent(subject), accountEvent()];
    using publishing = pauseAt('outbox.published');
    const order: string[] = [];
    const record = (one: EventBus): EventBus => ({
      ...bound(one),
      publish: async (messages) => {
        order.push(...messages.map((message) => String(JSON.parse(message.value).id)));
        await one.publish(messages);
      },
    });
    events.startRelay(record(bus));
    await commit(first);
    await publishing.reached;
    events.startRelay(record(otherBus));
    await commit(second, unrelated);

    await eventually(() => expect(order).toEqual([first.id, unrelated.id]));
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(order).toEqual([first.id, unrelated.id]);
    publishing.resume();
    await eventually(() => expect(order).toEqual([first.id, unrelated.id, second.id]));
  });

  it('keeps events while the bus is down and publishes them in order when it is back', async () => {
    const bus = events.openBus();
    const broken = breakable(bus);
    events.startRelay(broken);
    const subject = newId();
    const list = Array.from({ length: 5 }, () => accountEvent(subject));
    for (const event of list) await commit(event);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await events.countOf('outbox')).toBe(5);
    expect(await idsOn('account-events', bus)).toEqual([]);

    broken.down = false;

    await eventually(async () =>
      expect(await idsOn('account-events', bus)).toEqual(list.map((event) => event.id)),
    );
    await eventually(async () => expect(await events.countOf('outbox')).toBe(0));
  });

  it('publishes again when it dies between publishing and committing, and the event takes effect once', async () => {
    const bus = events.openBus();
    await events.startConsumers({ bus, single: [handler((event) => events.leaveEffect(event))] });
    using publishing = pauseAt('outbox.published');
    events.startRelay(bus);
    const event = accountEvent();
    await commit(event);
    await publishing.reached;

    const { rows } = await events.postgres.database.pool.query(
      `select pg_terminate_backend(pid) as ended from pg_stat_activity
       where datname = current_database() and state = 'idle in transaction' and query like '%claim_outbox%'`,
    );
    expect(rows).toEqual([{ ended: true }]);
    publishing.resume();

    await eventually(async () => expect(await idsOn('account-events', bus)).toEqual([event.id, event.id]));
    await events.caughtUp(bus, 'test');
    expect(await events.effects()).toEqual([event.id]);
    await eventually(async () => expect(await events.countOf('outbox')).toBe(0));
  });

  it('finds what another relay had in its hands when that one died, without being told', async () => {
    const bus = events.openBus();
    const event = accountEvent();
    await commit(event);
    const dying = await events.postgres.database.pool.connect();
    await dying.query('begin');
    await dying.query('select from outbox for update');
    events.startRelay(bus);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await idsOn('account-events', bus)).toEqual([]);

    dying.release(new Error('killed'));

    await eventually(async () => expect(await idsOn('account-events', bus)).toEqual([event.id]), {
      timeoutMs: 15_000,
    });
  });

  it('sends nothing to the database while there is nothing to publish and it hears of commits', async () => {
    const { database } = events.postgres;
    let statements = 0;
    database.pool.on('acquire', () => {
      statements += 1;
    });
    events.startRelay(events.openBus(), 10);
    // Until it hears, it looks a hundred times a second.
    await eventually(async () => {
      statements = 0;
      await new Promise((resolve) => setTimeout(resolve, 500));
      expect(statements).toBe(0);
    });
  });

  it('publishes what is still there before it stops', async () => {
    const bus = events.openBus();
    const broken = breakable(bus);
    const relay = events.startRelay(broken);
    const event = accountEvent();
    await commit(event);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await events.countOf('outbox')).toBe(1);

    broken.down = false;
    await relay.stop();

    expect(await idsOn('account-events', bus)).toEqual([event.id]);
    expect(await events.countOf('outbox')).toBe(0);
  });
});
