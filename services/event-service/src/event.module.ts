import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { DatabaseModule, databaseOf } from '@vici/database';
import { EventsModule, eventBusOf, eventsMigrations } from '@vici/events';
import { Logger, RedisModule } from '@vici/utils';
import { ArchiveEvents } from './application/archive-events.use-case.js';
import { EraseUser } from './application/erase-user.use-case.js';
import { EventIntake } from './application/event-intake.js';
import { IngestEvents } from './application/ingest-events.use-case.js';
import { IngestionGate } from './application/ingestion-gate.js';
import {
  DerivedIds,
  EventArchive,
  EventSpool,
  EventStream,
  KnownEvents,
  PersonalTraces,
  SessionLinks,
  SessionOrigins,
  UserAgents,
} from './application/ports.js';
import { RecordPurchase } from './application/record-purchase.use-case.js';
import { Senders } from './application/senders.js';
import { SpoolDrain } from './application/spool-drain.js';
import { SendingRate } from './domain/sending-rate.js';
import type { EventConfig } from './event.config.js';
import { ArchiveHousekeeper } from './infrastructure/archive.housekeeper.js';
import { BehaviourPartitions } from './infrastructure/behaviour-partitions.js';
import { BusEventStream } from './infrastructure/bus-event-stream.js';
import { FileEventSpool, NoEventSpool } from './infrastructure/file-event-spool.js';
import { LibraryUserAgents } from './infrastructure/library-user-agents.js';
import { PostgresDerivedIds } from './infrastructure/postgres-derived-ids.js';
import { PostgresEventArchive } from './infrastructure/postgres-event.archive.js';
import { PostgresPersonalTraces } from './infrastructure/postgres-personal-traces.js';
import { PostgresSessionLinks } from './infrastructure/postgres-session-links.js';
import { PostgresSessionOrigins } from './infrastructure/postgres-session-origins.js';
import { RedisKnownEvents } from './infrastructure/redis-known-events.js';
import { BehaviourEventHandlers } from './interface/behaviour.event-handlers.js';
import { EventGrpcController } from './interface/event.grpc-controller.js';
import { ShopEventHandlers } from './interface/shop.event-handlers.js';

const BYTES_PER_MB = 1_048_576;

@Module({
  providers: [
    IngestEvents,
    EventIntake,
    Senders,
    SpoolDrain,
    ArchiveEvents,
    RecordPurchase,
    EraseUser,
    BehaviourPartitions,
    ArchiveHousekeeper,
    BehaviourEventHandlers,
    ShopEventHandlers,
    EventGrpcController,
    { provide: KnownEvents, useClass: RedisKnownEvents },
    { provide: EventStream, useClass: BusEventStream },
    { provide: EventArchive, useClass: PostgresEventArchive },
    { provide: DerivedIds, useClass: PostgresDerivedIds },
    { provide: SessionLinks, useClass: PostgresSessionLinks },
    { provide: SessionOrigins, useClass: PostgresSessionOrigins },
    { provide: PersonalTraces, useClass: PostgresPersonalTraces },
    { provide: UserAgents, useClass: LibraryUserAgents },
  ],
})
export class EventModule {
  static forConfig(config: EventConfig): DynamicModule {
    return {
      module: EventModule,
      imports: [
        DatabaseModule.forRoot({
          ...databaseOf(config),
          service: 'event-service',
          migrations: [eventsMigrations, new URL('../migrations/', import.meta.url)],
        }),
        RedisModule.forRoot({ url: config.REDIS_URL, required: false }),
        EventsModule.forRoot({ service: 'event-service', bus: eventBusOf(config) }),
      ],
      providers: configured(config),
    };
  }
}

function configured(config: EventConfig): Provider[] {
  const { INGEST_CONCURRENCY, INGEST_QUEUE_MAX, INGEST_SPOOL_DIR, INGEST_SPOOL_MAX_MB } = config;
  return [
    {
      provide: IngestionGate,
      useValue: new IngestionGate({ concurrency: INGEST_CONCURRENCY, waiting: INGEST_QUEUE_MAX }),
    },
    { provide: SendingRate, useValue: new SendingRate(config.BOT_EVENTS_PER_MINUTE) },
    {
      provide: EventSpool,
      inject: [Logger],
      useFactory: (logger: Logger) =>
        INGEST_SPOOL_DIR === undefined
          ? new NoEventSpool()
          : new FileEventSpool(INGEST_SPOOL_DIR, INGEST_SPOOL_MAX_MB * BYTES_PER_MB, logger),
    },
  ];
}
