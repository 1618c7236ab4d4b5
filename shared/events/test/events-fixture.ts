import { Database } from '@vici/database';
import { eventually, runBusConfig, useTestDatabase, useTestRedis } from '@vici/testing';
import { Logger, Metrics, newId } from '@vici/utils';
import { afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { createEventBus } from '../src/bus/create-event-bus.js';
import type { EventBus, EventBusConfig, ReceivedMessage } from '../src/bus/event-bus.js';
import type { EventBatchHandler, EventHandler } from '../src/consumer/event-handler.js';
import type { RetryPolicy } from '../src/consumer/retries.js';
import { ServiceConsumers } from '../src/consumer/service-consumers.js';
import { createEvent } from '../src/envelope/create-event.js';
import type { DomainEvent } from '../src/envelope/domain-event.js';
import { topicSpecs } from '../src/events.runtime.js';
import { type EventsTables, eventsMigrations } from '../src/events.tables.js';
import { toMessages } from '../src/outbox/outbox.publisher.js';
import { OutboxRelay } from '../src/outbox/outbox.relay.js';

export const logger = new Logger({ service: 'test', level: 'silent' });

/** Five tries with hardly a pause. */
export const QUICK: RetryPolicy = { tries: 5, finalTries: 2, backoff: { baseMs: 2, factor: 2, maxMs: 10 } };

export interface EffectTables extends EventsTables {
  effect: { event_id: string; subject: string };
}

export interface StartConsumers {
  readonly service?: string;
  readonly single?: readonly EventHandler[];
  readonly batch?: readonly EventBatchHandler[];
  readonly database?: Database<EffectTables>;
  readonly bus?: EventBus;
  readonly retry?: RetryPolicy;
}

/** A small event of the topic `account-events`. */
export function accountEvent(subject: string = newId()): DomainEvent<'user.email_verified'> {
  return createEvent('user.email_verified', {
    subject,
    data: { userId: subject, verifiedAt: '2026-01-01T00:00:00.000Z' },
  });
}

/** Real PostgreSQL and the run's event bus for a test file; both are empty before each test. */
export function useEvents() {
  const postgres = useTestDatabase<EffectTables>([eventsMigrations]);
  const redis = useTestRedis();
  const closing: (() => Promise<void>)[] = [];
  let busConfig: EventBusConfig | undefined;

  beforeAll(async () => {
    // No unique key: an effect that happens twice shows as two rows.
    await postgres.database.pool.query(
      'create table effect (seq bigserial primary key, event_id uuid not null, subject text not null)',
    );
  });
  beforeEach(async () => {
    await postgres.database.pool.query('truncate outbox, inbox, effect');
    await redis.client.flushdb();
    busConfig = await runBusConfig();
    await fixture.openBus().ensureTopics(topicSpecs());
  });
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });

  const fixture = {
    postgres,
    /** Closes something after the test, before what was opened earlier. */
    closeLater: (close: () => Promise<void>) => void closing.push(close),
    openDatabase(url: string): Database<EffectTables> {
      const database = new Database<EffectTables>({ url, applicationName: 'vici-test', logger });
      fixture.closeLater(() => database.close());
      return database;
    },
    get busConfig(): EventBusConfig {
      if (busConfig === undefined) throw new Error('The event bus exists only inside tests');
      return busConfig;
    },
    openBus(): EventBus {
      const bus = createEventBus(fixture.busConfig, { clientName: 'test', logger });
      fixture.closeLater(() => bus.close());
      return bus;
    },
    startRelay(bus: EventBus = fixture.openBus(), sweepMs = 1_000): OutboxRelay {
      const metrics = new Metrics('test');
      const relay = new OutboxRelay({ database: postgres.database, bus, logger, metrics, sweepMs });
      relay.start();
      fixture.closeLater(() => relay.stop());
      return relay;
    },
    async startConsumers(options: StartConsumers): Promise<ServiceConsumers> {
      const consumers = new ServiceConsumers(
        { single: options.single ?? [], batch: options.batch ?? [] },
        {
          service: options.service ?? 'test',
          bus: options.bus ?? fixture.openBus(),
          inboxDatabase: options.database ?? postgres.database,
          broadcast: false,
          retry: options.retry ?? QUICK,
          logger,
          metrics: new Metrics('test'),
        },
      );
      fixture.closeLater(() => consumers.stop());
      await consumers.start();
      return consumers;
    },
    /** Puts events on the bus as the relay would. */
    send: (bus: EventBus, ...events: DomainEvent[]) => bus.publish(events.flatMap(toMessages)),
    /** The effect of handling an event, in the current transaction. */
    async leaveEffect(event: DomainEvent, database = postgres.database): Promise<void> {
      await database.query
        .insertInto('effect')
        .values({ event_id: event.id, subject: event.subject })
        .execute();
    },
    /** Ids of the events that took effect, in the order in which they did. */
    async effects(): Promise<string[]> {
      const { rows } = await postgres.database.pool.query<{ event_id: string }>(
        'select event_id from effect order by seq',
      );
      return rows.map((row) => row.event_id);
    },
    async countOf(table: 'outbox' | 'inbox'): Promise<number> {
      const { rows } = await postgres.database.pool.query<{ n: number }>(
        `select count(*)::int as n from ${table}`,
      );
      return rows[0]?.n ?? -1;
    },
    async messagesOf(topic: string, bus: EventBus = fixture.openBus()): Promise<ReceivedMessage[]> {
      const messages: ReceivedMessage[] = [];
      await bus.readAll(topic, (message) => void messages.push(message));
      return messages;
    },
    /** Waits until the group has committed all there is. */
    async caughtUp(bus: EventBus, group: string, topic = 'account-events'): Promise<void> {
      await eventually(async () => expect((await bus.lag(group, [topic]))[topic]).toBe(0), {
        timeoutMs: 30_000,
      });
    },
  };
  return fixture;
}

/** A handler of `user.email_verified`. */
export function handler(handle: (event: DomainEvent) => Promise<void>): EventHandler {
  return { name: 'Test.handle', types: ['user.email_verified'], handle };
}

/** A batch handler of `user.email_verified`, in the group `test.project`. */
export function batchHandler(handle: (events: DomainEvent[]) => Promise<void>): EventBatchHandler {
  return { name: 'project', types: ['user.email_verified'], topics: ['account-events'], handle };
}

/** A handler of what came together of `user.email_verified`. */
export function togetherHandler(handleTogether: (events: DomainEvent[]) => Promise<void>): EventHandler {
  return { ...handler((event) => handleTogether([event])), handleTogether };
}
