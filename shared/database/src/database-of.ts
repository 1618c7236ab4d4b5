import type { DatabaseModuleOptions } from './database.module.js';

/** The keys of a service's configuration that `databaseConfig` of @vici/utils adds. */
export interface DatabaseSettings {
  readonly DATABASE_URL: string;
  readonly DATABASE_POOL_MAX: number;
  readonly DATABASE_STATEMENT_TIMEOUT_MS: number;
}

/** The part of `DatabaseModule.forRoot`'s options that comes from a service's configuration. */
export function databaseOf(
  settings: DatabaseSettings,
): Pick<DatabaseModuleOptions, 'url' | 'poolMax' | 'statementTimeoutMs'> {
  return {
    url: settings.DATABASE_URL,
    poolMax: settings.DATABASE_POOL_MAX,
    statementTimeoutMs: settings.DATABASE_STATEMENT_TIMEOUT_MS,
  };
}
