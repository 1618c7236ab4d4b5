import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { DatabaseModule, databaseOf } from '@vici/database';
import { EventsModule, eventBusOf, eventsMigrations, PersonalData, PersonalDataHandlers } from '@vici/events';
import { Logger, RedisModule } from '@vici/utils';
import { FigureQueries } from './application/analytics/analytics.js';
import { CountBehaviour } from './application/analytics/count-behaviour.js';
import { CountOrders } from './application/analytics/count-orders.use-case.js';
import {
  FigureRebuild,
  Names,
  OrderLog,
  RecommendationFigures,
  Registrations,
  SalesFigures,
  SearchFigures,
  VisitFigures,
} from './application/analytics/figures.port.js';
import { RebuildFigures } from './application/analytics/rebuild-figures.use-case.js';
import { ReportFigures } from './application/analytics/report-figures.use-case.js';
import { ArchiveEvents } from './application/archive-events.use-case.js';
import { DeadLetterLog, DeadLetterReturn } from './application/dead-letters/dead-letter.log.js';
import { ReadDeadLetters } from './application/dead-letters/read-dead-letters.js';
import { ReplayDeadLetters } from './application/dead-letters/replay-dead-letters.use-case.js';
import { EraseUser } from './application/erase-user.use-case.js';
import { EventIntake } from './application/event-intake.js';
import { EventQueries } from './application/event-queries.port.js';
import { EventReplay } from './application/event-replay.port.js';
import { IngestEvents } from './application/ingest-events.use-case.js';
import { IngestionGate } from './application/ingestion-gate.js';
import { ListEvents } from './application/list-events.use-case.js';
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
import { ReadEvents } from './application/read-events.use-case.js';
import { RecordPurchase } from './application/record-purchase.use-case.js';
import { ReplayEvents } from './application/replay-events.use-case.js';
import { Senders } from './application/senders.js';
import { SpoolDrain } from './application/spool-drain.js';
import { SendingRate } from './domain/sending-rate.js';
import type { EventConfig } from './event.config.js';
import { BusOrderLog } from './infrastructure/analytics/bus-order.log.js';
import { PostgresFigureQueries } from './infrastructure/analytics/postgres-figure.queries.js';
import { PostgresFigureRebuild } from './infrastructure/analytics/postgres-figure.rebuild.js';
import { PostgresNames, PostgresRegistrations } from './infrastructure/analytics/postgres-names.js';
import { PostgresRecommendationFigures } from './infrastructure/analytics/postgres-recommendation.figures.js';
import { PostgresSalesFigures } from './infrastructure/analytics/postgres-sales.figures.js';
import { PostgresSearchFigures } from './infrastructure/analytics/postgres-search.figures.js';
import { PostgresSearchQueries } from './infrastructure/analytics/postgres-search.queries.js';
import { PostgresVisitFigures } from './infrastructure/analytics/postgres-visit.figures.js';
import { ArchiveHousekeeper } from './infrastructure/archive.housekeeper.js';
import { BehaviourPartitions } from './infrastructure/behaviour-partitions.js';
import { BusDeadLetterReturn } from './infrastructure/bus-dead-letter.return.js';
import { BusEventReplay } from './infrastructure/bus-event-replay.js';
import { BusEventStream } from './infrastructure/bus-event-stream.js';
import { EventPersonalData } from './infrastructure/event.personal-data.js';
import { FileEventSpool, NoEventSpool } from './infrastructure/file-event-spool.js';
import { LibraryUserAgents } from './infrastructure/library-user-agents.js';
import { PostgresDeadLetterLog } from './infrastructure/postgres-dead-letter.log.js';
import { PostgresDerivedIds } from './infrastructure/postgres-derived-ids.js';
import { PostgresEventArchive } from './infrastructure/postgres-event.archive.js';
import { PostgresEventQueries } from './infrastructure/postgres-event-queries.js';
import { PostgresPersonalTraces } from './infrastructure/postgres-personal-traces.js';
import { PostgresSessionLinks } from './infrastructure/postgres-session-links.js';
import { PostgresSessionOrigins } from './infrastructure/postgres-session-origins.js';
import { RedisKnownEvents } from './infrastructure/redis-known-events.js';
import { AnalyticsEventHandlers } from './interface/analytics.event-handlers.js';
import { AnalyticsGrpcController } from './interface/analytics.grpc-controller.js';
import { BehaviourEventHandlers } from './interface/behaviour.event-handlers.js';
import { DeadLetterGrpcController } from './interface/dead-letter.grpc-controller.js';
import { DeadLetterReader } from './interface/dead-letter.reader.js';
import { EventGrpcController } from './interface/event.grpc-controller.js';
import { EventAdminGrpcController } from './interface/event-admin.grpc-controller.js';
import { ShopEventHandlers } from './interface/shop.event-handlers.js';

const BYTES_PER_MB = 1_048_576;

const ANALYTICS: Provider[] = [
  CountOrders,
  CountBehaviour,
  ReportFigures,
  RebuildFigures,
  AnalyticsEventHandlers,
  AnalyticsGrpcController,
  { provide: SalesFigures, useClass: PostgresSalesFigures },
  { provide: VisitFigures, useClass: PostgresVisitFigures },
  { provide: SearchFigures, useClass: PostgresSearchFigures },
  { provide: RecommendationFigures, useClass: PostgresRecommendationFigures },
  { provide: Names, useClass: PostgresNames },
  { provide: Registrations, useClass: PostgresRegistrations },
  PostgresSearchQueries,
  { provide: FigureQueries, useClass: PostgresFigureQueries },
  { provide: FigureRebuild, useClass: PostgresFigureRebuild },
  { provide: OrderLog, useClass: BusOrderLog },
];

const DEAD_LETTERS: Provider[] = [
  ReadDeadLetters,
  ReplayDeadLetters,
  DeadLetterReader,
  DeadLetterGrpcController,
  { provide: DeadLetterLog, useClass: PostgresDeadLetterLog },
  { provide: DeadLetterReturn, useClass: BusDeadLetterReturn },
];

@Module({
  providers: [
    ...ANALYTICS,
    ...DEAD_LETTERS,
    ListEvents,
    ReadEvents,
    ReplayEvents,
    EventAdminGrpcController,
    { provide: EventQueries, useClass: PostgresEventQueries },
    { provide: EventReplay, useClass: BusEventReplay },
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
    PersonalDataHandlers,
    { provide: PersonalData, useClass: EventPersonalData },
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
