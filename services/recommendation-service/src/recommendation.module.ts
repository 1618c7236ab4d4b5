import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { DatabaseModule, databaseOf } from '@vici/database';
import { EventsModule, eventBusOf, eventsMigrations, PersonalData, PersonalDataHandlers } from '@vici/events';
import { ProductServiceDefinition } from '@vici/proto-gen/product';
import { grpcClient, RedisModule } from '@vici/utils';
import { AfterCommit } from './application/after-commit.js';
import { Attribution } from './application/attribution.js';
import { BasketRepository } from './application/basket.repository.js';
import { CategoryProjector } from './application/category-projector.js';
import { Experiments, RunningExperiment } from './application/experiments.js';
import { ImportBaskets } from './application/import-baskets.use-case.js';
import { IndexFollower } from './application/index-follower.js';
import { IndexLog } from './application/index-log.js';
import { IndexSnapshots } from './application/index-snapshots.js';
import { InteractionRepository } from './application/interaction.repository.js';
import { InteractionRetention, RetentionPolicy } from './application/interaction-retention.js';
import { ArrangementPolicy, ListArrangement } from './application/list-arrangement.js';
import { ListAuthority } from './application/list-authority.js';
import { ListProjector } from './application/list-projector.js';
import { ListStore } from './application/list-store.js';
import { ListWrites } from './application/list-writes.js';
import { LoopSlices } from './application/loop-slices.js';
import {
  CreateMerchandisingRule,
  DeleteMerchandisingRule,
  ReplaceMerchandisingRule,
} from './application/manage-merchandising.use-cases.js';
import { MerchandisingRepository } from './application/merchandising.repository.js';
import { MerchandisingRules } from './application/merchandising-rules.js';
import { OutcomeRepository } from './application/outcome.repository.js';
import { ProductRepository } from './application/product.repository.js';
import { ProductSource } from './application/product-source.js';
import { Recommend } from './application/recommend.use-case.js';
import {
  BehaviourLog,
  BehaviourObservers,
  RecordBehaviour,
} from './application/record-behaviour.use-case.js';
import { RecordCatalogue } from './application/record-catalogue.use-case.js';
import { RestoreIndex } from './application/restore-index.js';
import { SessionLists } from './application/session-lists.js';
import { ShopperProjector } from './application/shopper-projector.js';
import { ShownProducts } from './application/shown-products.js';
import { SnapshotPolicy, SnapshotStore } from './application/snapshot-store.js';
import { StoredLists } from './application/stored-lists.js';
import { StrategyLists } from './application/strategy-lists.js';
import { Experiment } from './domain/experiment.js';
import { Exposure } from './domain/exposure.js';
import { RecommendationIndex } from './domain/recommendation-index.js';
import { RecommendationLists } from './domain/recommendation-lists.js';
import { DatabaseAfterCommit } from './infrastructure/database-after-commit.js';
import { GrpcProductSource } from './infrastructure/grpc-product.source.js';
import { PostgresBasketRepository } from './infrastructure/postgres-basket.repository.js';
import { PostgresIndexLog } from './infrastructure/postgres-index-log.js';
import { PostgresInteractionRepository } from './infrastructure/postgres-interaction.repository.js';
import { PostgresMerchandisingRepository } from './infrastructure/postgres-merchandising.repository.js';
import { PostgresOutcomeRepository } from './infrastructure/postgres-outcome.repository.js';
import { PostgresProductRepository } from './infrastructure/postgres-product.repository.js';
import { RecommendationPersonalData } from './infrastructure/recommendation.personal-data.js';
import { RedisListStore } from './infrastructure/redis-list.store.js';
import { S3SnapshotStore } from './infrastructure/s3.snapshot-store.js';
import { BehaviourEventHandlers } from './interface/behaviour.event-handlers.js';
import { CatalogueEventHandlers } from './interface/catalogue.event-handlers.js';
import { MerchandisingGrpcController } from './interface/merchandising.grpc-controller.js';
import { RecommendationGrpcController } from './interface/recommendation.grpc-controller.js';
import type { RecommendationConfig } from './recommendation.config.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

@Module({
  providers: [
    LoopSlices,
    IndexFollower,
    IndexSnapshots,
    RestoreIndex,
    SessionLists,
    ListWrites,
    ShopperProjector,
    ListProjector,
    CategoryProjector,
    InteractionRetention,
    BehaviourLog,
    BehaviourObservers,
    RecordBehaviour,
    RecordCatalogue,
    ImportBaskets,
    StoredLists,
    ShownProducts,
    StrategyLists,
    ListArrangement,
    MerchandisingRules,
    CreateMerchandisingRule,
    ReplaceMerchandisingRule,
    DeleteMerchandisingRule,
    Experiments,
    Attribution,
    Recommend,
    BehaviourEventHandlers,
    CatalogueEventHandlers,
    RecommendationGrpcController,
    MerchandisingGrpcController,
    grpcClient(ProductServiceDefinition),
    { provide: AfterCommit, useClass: DatabaseAfterCommit },
    { provide: IndexLog, useClass: PostgresIndexLog },
    PersonalDataHandlers,
    { provide: PersonalData, useClass: RecommendationPersonalData },
    { provide: InteractionRepository, useClass: PostgresInteractionRepository },
    { provide: BasketRepository, useClass: PostgresBasketRepository },
    { provide: ProductRepository, useClass: PostgresProductRepository },
    { provide: MerchandisingRepository, useClass: PostgresMerchandisingRepository },
    { provide: OutcomeRepository, useClass: PostgresOutcomeRepository },
    { provide: ListStore, useClass: RedisListStore },
    { provide: SnapshotStore, useClass: S3SnapshotStore },
    { provide: ProductSource, useClass: GrpcProductSource },
  ],
})
export class RecommendationModule {
  static forConfig(config: RecommendationConfig): DynamicModule {
    return {
      module: RecommendationModule,
      imports: [
        DatabaseModule.forRoot({
          ...databaseOf(config),
          service: 'recommendation-service',
          migrations: [eventsMigrations, new URL('../migrations/', import.meta.url)],
        }),
        RedisModule.forRoot({ url: config.REDIS_URL, required: false }),
        EventsModule.forRoot({
          service: 'recommendation-service',
          bus: eventBusOf(config),
        }),
      ],
      providers: indexProviders(config),
    };
  }
}

/** The index is plain domain code: it is made here, once per service. */
function indexProviders(config: RecommendationConfig): Provider[] {
  return [
    {
      provide: RecommendationIndex,
      useFactory: () =>
        new RecommendationIndex({
          sessions: {
            sessionsPerItem: config.SESSIONS_PER_ITEM,
            maxSessions: config.MAX_SESSIONS,
          },
          algorithms: {
            blend: { neighbours: config.SESSION_NEIGHBOURS, rulesShare: config.SEQUENTIAL_RULES_SHARE },
          },
          baskets: { maxBaskets: config.MAX_BASKETS },
          trendHalfLifeMs: config.TREND_HALF_LIFE_HOURS * HOUR_MS,
        }),
    },
    {
      provide: RecommendationLists,
      inject: [RecommendationIndex, RunningExperiment],
      useFactory: (index: RecommendationIndex, { experiment }: RunningExperiment) =>
        new RecommendationLists(index, (shopper) => experiment?.armOf(shopper)?.algorithm ?? 'blend'),
    },
    {
      provide: RunningExperiment,
      useValue: {
        experiment: config.EXPERIMENT && new Experiment(config.EXPERIMENT.name, config.EXPERIMENT.arms),
      },
    },
    {
      provide: ArrangementPolicy,
      useValue: {
        diversityShare: config.DIVERSITY_SHARE,
        exposure: new Exposure(config.FATIGUE_AFTER),
      },
    },
    { provide: ListAuthority, useValue: { writes: config.RECOMMENDER === 'internal' } },
    {
      provide: SnapshotPolicy,
      useValue: { everyMs: config.SNAPSHOT_EVERY_MINUTES * MINUTE_MS, kept: config.SNAPSHOTS_KEPT },
    },
    { provide: RetentionPolicy, useValue: { days: config.INTERACTION_RETENTION_DAYS } },
  ];
}
