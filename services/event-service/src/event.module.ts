import { type DynamicModule, Module } from '@nestjs/common';
import { DatabaseModule, databaseOf } from '@vici/database';
import { EventsModule, eventBusOf, eventsMigrations } from '@vici/events';
import { EventRecorder } from './application/event-recorder.js';
import { IngestEvents } from './application/ingest-events.use-case.js';
import { IngestionGate } from './application/ingestion-gate.js';
import { EventArchive, SessionLinks } from './application/ports.js';
import { RecordPurchase } from './application/record-purchase.use-case.js';
import type { EventConfig } from './event.config.js';
import { ArchiveHousekeeper } from './infrastructure/archive.housekeeper.js';
import { BehaviourPartitions } from './infrastructure/behaviour-partitions.js';
import { PostgresEventArchive } from './infrastructure/postgres-event.archive.js';
import { PostgresSessionLinks } from './infrastructure/postgres-session-links.js';
import { EventGrpcController } from './interface/event.grpc-controller.js';
import { ShopEventHandlers } from './interface/shop.event-handlers.js';

@Module({
  providers: [
    IngestEvents,
    RecordPurchase,
    EventRecorder,
    BehaviourPartitions,
    ArchiveHousekeeper,
    ShopEventHandlers,
    EventGrpcController,
    { provide: EventArchive, useClass: PostgresEventArchive },
    { provide: SessionLinks, useClass: PostgresSessionLinks },
  ],
})
export class EventModule {
  static forConfig(config: EventConfig): DynamicModule {
    const gate = new IngestionGate({
      concurrency: config.INGEST_CONCURRENCY,
      waiting: config.INGEST_QUEUE_MAX,
    });
    return {
      module: EventModule,
      imports: [
        DatabaseModule.forRoot({
          ...databaseOf(config),
          service: 'event-service',
          migrations: [eventsMigrations, new URL('../migrations/', import.meta.url)],
        }),
        EventsModule.forRoot({ service: 'event-service', bus: eventBusOf(config) }),
      ],
      providers: [{ provide: IngestionGate, useValue: gate }],
    };
  }
}
