import { eventually, useTestEventBus } from '@vici/testing';
import { newId } from '@vici/utils';
import { beforeEach, describe, expect, it } from 'vitest';
import { accountEvent, handler, useEvents } from '../test/events-fixture.js';
import type { DomainEvent } from './envelope/domain-event.js';
import { topicSpecs } from './events.runtime.js';
import { OutboxPublisher } from './outbox/outbox.publisher.js';

const events = useEvents();

describe('outbox, consumers and dead letters over Kafka', () => {
  const kafka = useTestEventBus('kafka');
  // The broker and its topics are shared by the whole run: this group handles the events of this test alone.
  const service = `test-${newId()}`;
  const ours = new Set<string>();

  const own = (handle: (event: DomainEvent) => Promise<void>) =>
    handler(async (event) => {
      if (ours.has(event.id)) await handle(event);
    });

  beforeEach(() => kafka.bus.ensureTopics(topicSpecs()));

  it('keeps the order per key, gives each event its effect once, and dead-letters the poison', async () => {
    const keys = Array.from({ length: 8 }, () => newId());
    const list = Array.from({ length: 200 }, (_, index) => accountEvent(keys[index % keys.length]));
    for (const event of list) ours.add(event.id);
    const poison = list[77];
    const relay = events.startRelay(kafka.bus);
    const publisher = new OutboxPublisher(events.postgres.database, () => relay.wake());
    const picky = own(async (event) => {
      await events.leaveEffect(event);
      if (event.id === poison?.id) throw new Error('poison');
    });
    await events.startConsumers({ service, bus: kafka.bus, single: [picky] });
    for (let start = 0; start < list.length; start += 20) {
      const part = list.slice(start, start + 20);
      await events.postgres.database.transaction(() => publisher.publish(...part));
    }
    await events.send(kafka.bus, ...list.slice(0, 50));

    const patience = { timeoutMs: 30_000, intervalMs: 200 };
    await eventually(async () => expect(await events.effects()).toHaveLength(199), patience);
    await eventually(
      async () => expect(await kafka.bus.lag(service, ['account-events'])).toEqual({ 'account-events': 0 }),
      patience,
    );

    const subjects = new Map(list.map((event) => [event.id, event.subject]));
    const effects = Map.groupBy(await events.effects(), (id) => subjects.get(id) ?? '');
    for (const key of keys) {
      const written = list.filter((event) => event.subject === key && event !== poison);
      expect(effects.get(key)).toEqual(written.map((event) => event.id));
    }
    const letters = (await events.messagesOf('account-events.dlq', kafka.bus)).filter(
      ({ headers }) => headers['x-group'] === service,
    );
    expect(letters.map(({ value }) => JSON.parse(value).id)).toEqual([poison?.id]);
  }, 90_000);
});
