import { type DynamicModule, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { HealthRegistry, Logger, Metrics } from '@vici/utils';
import { Database } from './database.js';
import { migrate } from './migrations.js';
import { UnitOfWork } from './unit-of-work.js';

/** What a service says about its database; the first three come from `databaseConfig`. */
export interface DatabaseModuleOptions {
  readonly url: string;
  readonly poolMax?: number;
  readonly statementTimeoutMs?: number;
  /** As `PoolOptions` says. */
  readonly randomPageCost?: number;
  /** The service's name, shown in pg_stat_activity. */
  readonly service: string;
  /** Folders of *.sql files, applied in this order before the application is ready. */
  readonly migrations: URL | readonly URL[];
}

async function openDatabase(
  options: DatabaseModuleOptions,
  logger: Logger,
  metrics: Metrics,
  health: HealthRegistry,
): Promise<Database<unknown>> {
  const { url, poolMax, statementTimeoutMs, randomPageCost, service, migrations } = options;
  const database = new Database<unknown>({
    url,
    ...(poolMax !== undefined && { poolMax }),
    ...(statementTimeoutMs !== undefined && { statementTimeoutMs }),
    ...(randomPageCost !== undefined && { randomPageCost }),
    applicationName: service,
    logger,
    metrics,
  });
  try {
    const applied = await migrate(database, migrations instanceof URL ? [migrations] : migrations);
    if (applied.length > 0) logger.info('Database migrated', { applied });
  } catch (error) {
    await database.close();
    throw error;
  }
  health.register('postgres', () => database.ping());
  return database;
}

/** Gives a service its migrated `Database`, also as `UnitOfWork`, and closes it in the last shutdown phase. */
@Module({})
export class DatabaseModule implements OnApplicationShutdown {
  readonly #database: Database<unknown>;

  constructor(@Inject(Database) database: Database<unknown>) {
    this.#database = database;
  }

  static forRoot(options: DatabaseModuleOptions): DynamicModule {
    return {
      module: DatabaseModule,
      global: true,
      providers: [
        {
          provide: Database,
          inject: [Logger, Metrics, HealthRegistry],
          useFactory: (logger: Logger, metrics: Metrics, health: HealthRegistry) =>
            openDatabase(options, logger, metrics, health),
        },
        { provide: UnitOfWork, useExisting: Database },
      ],
      exports: [Database, UnitOfWork],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#database.close();
  }
}
