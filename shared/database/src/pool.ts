import type { Logger } from '@vici/utils';
import pg from 'pg';
import { columnTypes } from './column-types.js';

/** How a database is reached. */
export interface PoolOptions {
  readonly url: string;
  /** Most connections open at once; 10 unless told otherwise. */
  readonly poolMax?: number;
  /** The server cancels a statement after this many milliseconds; 15,000 unless told otherwise. */
  readonly statementTimeoutMs?: number;
  /**
   * What PostgreSQL counts for a page that is read out of order, one in order being 1; the server's setting unless told
   * otherwise, 4 where nobody set it. Nearer to 1 it takes the index also into a table of a few hundred rows.
   */
  readonly randomPageCost?: number;
  /** Shown in pg_stat_activity. */
  readonly applicationName: string;
}

const DEFAULT_POOL_MAX = 10;
const DEFAULT_STATEMENT_TIMEOUT_MS = 15_000;
/** Waiting longer for a connection only moves the queue from the pool into the caller's deadline. */
const CONNECT_TIMEOUT_MS = 2_000;
const IDLE_CONNECTION_MS = 30_000;
/** A transaction that sends nothing for so long is lost, and its locks block others. */
const IDLE_TRANSACTION_MS = 60_000;

function clientConfig(options: PoolOptions): pg.ClientConfig {
  return {
    connectionString: options.url,
    application_name: options.applicationName,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    types: columnTypes,
  };
}

/** A pool whose broken connections are reported instead of ending the process. */
export function createPool(options: PoolOptions, logger: Logger | undefined): pg.Pool {
  const pool = new pg.Pool({
    ...clientConfig(options),
    max: options.poolMax ?? DEFAULT_POOL_MAX,
    idleTimeoutMillis: IDLE_CONNECTION_MS,
    statement_timeout: options.statementTimeoutMs ?? DEFAULT_STATEMENT_TIMEOUT_MS,
    idle_in_transaction_session_timeout: IDLE_TRANSACTION_MS,
    ...(options.randomPageCost !== undefined && { options: `-c random_page_cost=${options.randomPageCost}` }),
  });
  const report = (error: Error) => logger?.warn('A database connection was lost', { error });
  pool.on('error', report);
  // The pool listens to a connection only while it is idle; one lost during a transaction would be an unhandled event.
  pool.on('connect', (client) => client.on('error', report));
  return pool;
}

/** A connection of its own outside the pool, without time limits on its statements. Not yet connected. */
export function createClient(options: PoolOptions, logger: Logger | undefined): pg.Client {
  const client = new pg.Client(clientConfig(options));
  client.on('error', (error) => logger?.warn('A database connection was lost', { error }));
  return client;
}
