import { Global, type INestApplicationContext, Inject, Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Database, DatabaseModule, UnitOfWork } from '@vici/database';
import { eventually } from '@vici/testing';
import { HealthRegistry, Logger, Metrics } from '@vici/utils';
import { describe, expect, it } from 'vitest';
import { accountEvent, type EffectTables, QUICK, useEvents } from '../test/events-fixture.js';
import { OnEvent, OnEventBatch } from './decorators.js';
import type { DomainEvent } from './envelope/domain-event.js';
import { EventsModule, type EventsModuleOptions } from './events.module.js';
import { topicSpecs } from './events.runtime.js';
import { eventsMigrations } from './events.tables.js';
import { EventPublisher } from './outbox/event-publisher.js';

const events = useEvents();

@Injectable()
class AccountEventHandlers {
  readonly seen: string[] = [];
  readonly batches: string[][] = [];

  constructor(@Inject(Database) private readonly database: Database<EffectTables>) {}

  @OnEvent('user.email_verified', 'user.deleted')
  async onAccountEvent(event: DomainEvent<'user.email_verified' | 'user.deleted'>): Promise<void> {
    this.seen.push(event.id);
    await events.leaveEffect(event, this.database);
  }

  @OnEventBatch({ topics: ['account-events'], maxBatch: 10 }, 'user.email_verified')
  async projectAccounts(batch: DomainEvent<'user.email_verified'>[]): Promise<void> {
    this.batches.push(batch.map((event) => event.id));
  }
}

@Injectable()
class CacheInvalidation {
  readonly seen: string[] = [];

  @OnEvent('user.email_verified')
  async forget(event: DomainEvent<'user.email_verified'>): Promise<void> {
    this.seen.push(event.id);
  }
}

@Global()
@Module({
  providers: [
    { provide: Logger, useFactory: () => new Logger({ service: 'test', level: 'silent' }) },
    { provide: Metrics, useFactory: () => new Metrics('test') },
    HealthRegistry,
  ],
  exports: [Logger, Metrics, HealthRegistry],
})
class RuntimeModule {}

async function start(
  options: Partial<EventsModuleOptions>,
  providers: readonly (typeof AccountEventHandlers | typeof CacheInvalidation)[],
): Promise<INestApplicationContext> {
  const database = DatabaseModule.forRoot({
    url: events.postgres.url,
    service: 'test',
    migrations: eventsMigrations,
  });
  const eventsModule = EventsModule.forRoot({
    service: 'test',
    bus: events.busConfig,
    retry: QUICK,
    ...options,
  });
  const needsDatabase = options.publishes !== false || options.inbox !== false;
  @Module({
    imports: [RuntimeModule, ...(needsDatabase ? [database] : []), eventsModule],
    providers: [...providers],
  })
  class App {}
  const app = await NestFactory.createApplicationContext(App, { logger: false, abortOnError: false });
  let closed: Promise<void> | undefined;
  const close = app.close.bind(app);
  app.close = () => {
    closed ??= close();
    return closed;
  };
  events.closeLater(() => app.close());
  return app;
}

async function publish(app: INestApplicationContext, ...list: DomainEvent[]): Promise<void> {
  await app.get(UnitOfWork).transaction(() => app.get(EventPublisher).publish(...list));
}

describe('the events module', () => {
  it('carries an event from the publisher to single and batch handlers', async () => {
    const app = await start({}, [AccountEventHandlers]);
    const handlers = app.get(AccountEventHandlers);
    const event = accountEvent();

    await publish(app, event);

    await eventually(async () => expect(await events.effects()).toEqual([event.id]));
    await eventually(() => expect(handlers.batches).toEqual([[event.id]]));
    expect(handlers.seen).toEqual([event.id]);
    const readiness = await app.get(HealthRegistry).readiness();
    expect(readiness.checks['event-bus']).toEqual({ status: 'up' });
    // Handled before the relay and the consumer have noted that they are done with it.
    await eventually(async () => {
      const metrics = await app.get(Metrics).registry.metrics();
      expect(metrics).toContain('outbox_published_total{topic="account-events",service="test"} 1');
      expect(metrics).toContain(
        'events_handled_total{group="test",type="user.email_verified",service="test"} 1',
      );
      expect(metrics).toContain('events_consumer_lag{group="test",topic="account-events",service="test"} 0');
      expect(metrics).toContain('outbox_pending{service="test"} 0');
    });
  });

  it('has handled all it received and published all it committed when it is closed', async () => {
    const app = await start({}, [AccountEventHandlers]);
    const list = Array.from({ length: 50 }, () => accountEvent());
    await publish(app, ...list);
    await app.close();

    expect(await events.countOf('outbox')).toBe(0);
    const successor = await start({}, [AccountEventHandlers]);
    await events.caughtUp(events.openBus(), 'test');
    expect((await events.effects()).toSorted()).toEqual(list.map((event) => event.id).toSorted());
    await successor.close();
  });

  it('gives every process of a broadcasting service every event, from its start on, without a database', async () => {
    const early = accountEvent();
    await events.send(events.openBus(), early);
    const broadcast = { publishes: false, inbox: false, broadcast: true };
    const apps = [await start(broadcast, [CacheInvalidation]), await start(broadcast, [CacheInvalidation])];
    const event = accountEvent();
    await events.send(events.openBus(), event);

    for (const app of apps) {
      await eventually(() => expect(app.get(CacheInvalidation).seen).toEqual([event.id]));
    }
    expect(() => apps[0]?.get(EventPublisher)).toThrow();
  });

  it('starts and takes events while the bus is down, and stays ready', async () => {
    const app = await start({ bus: { kind: 'redis', url: 'redis://127.0.0.1:1' } }, [AccountEventHandlers]);
    await publish(app, accountEvent());

    expect(await events.countOf('outbox')).toBe(1);
    const readiness = await app.get(HealthRegistry).readiness();
    expect(readiness.ready).toBe(true);
    expect(readiness.checks['event-bus']?.status).toBe('down');
    await app.close();
    expect(await events.countOf('outbox')).toBe(1);
  });
});

describe('topicSpecs', () => {
  it('names every topic with its dead-letter topic', () => {
    const specs = topicSpecs();
    expect(specs).toHaveLength(28);
    expect(specs.slice(0, 2)).toEqual([
      { name: 'user-events', partitions: 6, retentionMs: 604_800_000 },
      { name: 'user-events.dlq', partitions: 1, retentionMs: 2_592_000_000 },
    ]);
  });
});
