import { type DynamicModule, type FactoryProvider, Module, type Provider } from '@nestjs/common';
import { DiscoveryModule, DiscoveryService } from '@nestjs/core';
import { Database } from '@vici/database';
import { HealthRegistry, Logger, Metrics } from '@vici/utils';
import { AuditTrail } from './audit/audit-trail.js';
import { createEventBus } from './bus/create-event-bus.js';
import type { EventBus, EventBusConfig } from './bus/event-bus.js';
import { DEFAULT_RETRY, type RetryPolicy } from './consumer/retries.js';
import { EventsRuntime } from './events.runtime.js';
import type { EventsTables } from './events.tables.js';
import { EventPublisher } from './outbox/event-publisher.js';
import { OutboxPublisher } from './outbox/outbox.publisher.js';
import { OutboxRelay } from './outbox/outbox.relay.js';

/** Injection token of the {@link EventBus}. Services publish with `EventPublisher`, not with this. */
export const EVENT_BUS = Symbol('vici:event-bus');

/** How a service takes part in events. */
export interface EventsModuleOptions {
  /** Name of the service: its consumer group. */
  readonly service: string;
  readonly bus: EventBusConfig;
  /** Whether it has an outbox. Default: true. */
  readonly publishes?: boolean;
  /** Whether it has an inbox. Default: true; false for a service without database, whose handlers are idempotent. */
  readonly inbox?: boolean;
  /** Every process gets every message, from the moment it starts; there is no inbox then. Default: false. */
  readonly broadcast?: boolean;
  /** Tries and pauses before a message becomes a dead letter. Default: five tries within ten seconds. */
  readonly retry?: RetryPolicy;
}

/** Gives a service its publisher and runs its relay and its consumers. */
@Module({})
export class EventsModule {
  /** Needs `Logger`, `Metrics` and `HealthRegistry`, and `Database` unless neither outbox nor inbox is wanted. */
  static forRoot(options: EventsModuleOptions): DynamicModule {
    const publishes = options.publishes ?? true;
    return {
      module: EventsModule,
      global: true,
      imports: [DiscoveryModule],
      providers: [
        busProvider(options),
        ...(publishes ? outboxProviders(options.service) : []),
        runtimeProvider(options, publishes),
      ],
      exports: [EVENT_BUS, ...(publishes ? [EventPublisher, AuditTrail] : [])],
    };
  }
}

function busProvider({ service, bus }: EventsModuleOptions): FactoryProvider<EventBus> {
  return {
    provide: EVENT_BUS,
    inject: [Logger, HealthRegistry],
    useFactory: (logger: Logger, health: HealthRegistry) => {
      const eventBus = createEventBus(bus, { clientName: service, logger });
      // Requests are served from the database while the bus is down, so it does not make the service unready.
      health.register('event-bus', () => eventBus.ping(), { required: false });
      return eventBus;
    },
  };
}

function outboxProviders(service: string): Provider[] {
  return [
    {
      provide: AuditTrail,
      inject: [EventPublisher],
      useFactory: (events: EventPublisher) => new AuditTrail(events, service),
    },
    {
      provide: OutboxRelay,
      inject: [Database, EVENT_BUS, Logger, Metrics],
      useFactory: (database: Database<EventsTables>, bus: EventBus, logger: Logger, metrics: Metrics) =>
        new OutboxRelay({ database, bus, logger, metrics }),
    },
    {
      provide: EventPublisher,
      inject: [Database, OutboxRelay],
      useFactory: (database: Database<EventsTables>, relay: OutboxRelay) =>
        new OutboxPublisher(database, () => relay.wake(), relay.origin),
    },
  ];
}

function runtimeProvider(options: EventsModuleOptions, publishes: boolean): FactoryProvider<EventsRuntime> {
  const broadcast = options.broadcast ?? false;
  const inbox = (options.inbox ?? true) && !broadcast;
  return {
    provide: EventsRuntime,
    inject: [
      EVENT_BUS,
      DiscoveryService,
      Logger,
      Metrics,
      { token: Database, optional: !inbox },
      { token: OutboxRelay, optional: !publishes },
    ],
    useFactory: (
      bus: EventBus,
      discovery: DiscoveryService,
      logger: Logger,
      metrics: Metrics,
      database: Database<EventsTables> | undefined,
      relay: OutboxRelay | undefined,
    ) =>
      new EventsRuntime({
        service: options.service,
        bus,
        relay,
        inboxDatabase: inbox ? database : undefined,
        broadcast,
        retry: options.retry ?? DEFAULT_RETRY,
        discovery,
        logger,
        metrics,
      }),
  };
}
