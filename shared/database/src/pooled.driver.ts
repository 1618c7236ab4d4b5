import {
  AbortedTransactionError,
  type CompiledQuery,
  type DatabaseConnection,
  type Driver,
  type QueryResult,
  type TransactionSettings,
} from 'kysely';
import type pg from 'pg';
import { isConnectionFault, isStalePlan, translateConnectionFault } from './postgres-errors.js';
import type { StatementNames } from './statement-names.js';
import { TransactionEndedError } from './transaction-scope.js';

/** What the driver needs from its database. */
export interface DriverOptions {
  readonly pool: pg.Pool;
  readonly names: StatementNames;
  /** Called before a statement is sent, in the asynchronous context of its sender. */
  readonly onStatement: (statement: CompiledQuery) => void;
  /** Called with the time a statement took, in seconds, whether it succeeded or failed. */
  readonly onDuration?: ((statement: CompiledQuery, seconds: number) => void) | undefined;
}

const ROW_COUNTING: ReadonlySet<string> = new Set(['INSERT', 'UPDATE', 'DELETE', 'MERGE']);

/** The stack of a server error ends in the socket reader; this adds who asked. */
function withCallerStack(error: unknown): unknown {
  if (error instanceof Error && error.stack !== undefined) {
    const caller = new Error().stack?.split('\n').slice(2).join('\n') ?? '';
    error.stack = `${error.stack}\n${caller}`;
  }
  return error;
}

/**
 * One lease of a pooled connection. A new one is made each time a connection is taken, so work that outlives its
 * lease holds a dead object and never somebody else's connection.
 */
class LeasedConnection implements DatabaseConnection {
  readonly #client: pg.PoolClient;
  readonly #options: DriverOptions;
  #closed = false;
  #broken = false;
  #inTransaction = false;

  constructor(client: pg.PoolClient, options: DriverOptions) {
    this.#client = client;
    this.#options = options;
  }

  async executeQuery<R>(statement: CompiledQuery): Promise<QueryResult<R>> {
    if (this.#closed) throw new TransactionEndedError();
    this.#options.onStatement(statement);
    const started = performance.now();
    try {
      const result = await this.#send(statement);
      return ROW_COUNTING.has(result.command)
        ? { rows: result.rows, numAffectedRows: BigInt(result.rowCount ?? 0) }
        : { rows: result.rows ?? [] };
    } catch (error) {
      throw this.#seen(error);
    } finally {
      this.#options.onDuration?.(statement, (performance.now() - started) / 1000);
    }
  }

  streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('Streaming a query is not supported: read in pages by key');
  }

  async begin(settings: TransactionSettings): Promise<void> {
    const isolation = settings.isolationLevel ?? 'read committed';
    const access = settings.accessMode === undefined ? '' : ` ${settings.accessMode}`;
    await this.#control(`start transaction isolation level ${isolation}${access}`);
    this.#inTransaction = true;
  }

  /** @throws AbortedTransactionError when the server rolled back because a statement's failure was ignored */
  async commit(): Promise<void> {
    this.#closed = true;
    const { command } = await this.#control('commit');
    this.#inTransaction = false;
    if (command === 'ROLLBACK') throw new AbortedTransactionError();
  }

  /**
   * Never fails: the error that made the rollback necessary is the one to report, and a connection that cannot roll
   * back is closed, which makes the server roll back.
   */
  async rollback(): Promise<void> {
    this.#closed = true;
    try {
      await this.#control('rollback');
      this.#inTransaction = false;
    } catch {
      this.#broken = true;
    }
  }

  release(): void {
    this.#closed = true;
    // Still in a transaction means its ending is unknown: only a closed connection is surely rolled back.
    this.#client.release(this.#broken || this.#inTransaction);
  }

  async #send(statement: CompiledQuery): Promise<pg.QueryResult> {
    const name = this.#options.names.nameFor(statement.sql);
    const unnamed = { text: statement.sql, values: [...statement.parameters] };
    if (name === undefined) return await this.#client.query(unnamed);
    try {
      return await this.#client.query({ ...unnamed, name });
    } catch (error) {
      if (!isStalePlan(error)) throw error;
      this.#options.names.forget(statement.sql);
      // Nothing was executed. Outside a transaction it can be sent again; inside, the transaction is lost and re-run.
      if (this.#inTransaction) throw error;
      return await this.#client.query(unnamed);
    }
  }

  async #control(sql: string): Promise<pg.QueryResult> {
    try {
      return await this.#client.query(sql);
    } catch (error) {
      throw this.#seen(error);
    }
  }

  #seen(error: unknown): unknown {
    if (isConnectionFault(error)) this.#broken = true;
    return translateConnectionFault(withCallerStack(error));
  }
}

function leased(connection: DatabaseConnection): LeasedConnection {
  if (!(connection instanceof LeasedConnection)) throw new Error('The connection belongs to another driver');
  return connection;
}

/** Kysely's driver over a pg pool that somebody else opens and closes. */
export class PooledDriver implements Driver {
  readonly #options: DriverOptions;

  constructor(options: DriverOptions) {
    this.#options = options;
  }

  async init(): Promise<void> {
    // The pool connects when it is first asked to.
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    try {
      return new LeasedConnection(await this.#options.pool.connect(), this.#options);
    } catch (error) {
      throw translateConnectionFault(withCallerStack(error));
    }
  }

  async beginTransaction(connection: DatabaseConnection, settings: TransactionSettings): Promise<void> {
    await leased(connection).begin(settings);
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await leased(connection).commit();
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await leased(connection).rollback();
  }

  async releaseConnection(connection: DatabaseConnection): Promise<void> {
    leased(connection).release();
  }

  async destroy(): Promise<void> {
    // Whoever made the pool ends it.
  }
}
