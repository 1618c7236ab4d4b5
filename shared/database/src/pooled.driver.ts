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
import { send, sendChained } from './statement-query.js';
import { TransactionEndedError } from './transaction-scope.js';

/** What the driver needs from its database. */
export interface DriverOptions {
  readonly pool: pg.Pool;
  readonly names: StatementNames;
  /** Called before a statement is sent, in the asynchronous context of its sender. */
  readonly onStatement: (statement: CompiledQuery) => void;
  /** Where a statement of a transaction that is held back goes in the message of the commit; undefined: it is not. */
  readonly placeInCommit: (statement: CompiledQuery) => PlaceInCommit | undefined;
  /** Called with the time a statement took, in seconds, whether it succeeded or failed. */
  readonly onDuration?: ((statement: CompiledQuery, seconds: number) => void) | undefined;
}

/** In the order of asking, or after everything else. */
export type PlaceInCommit = 'in turn' | 'last';

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
export class LeasedConnection implements DatabaseConnection {
  readonly #client: pg.PoolClient;
  readonly #options: DriverOptions;
  #closed = false;
  #broken = false;
  #inTransaction = false;
  /** What opens the transaction; it goes out with the first statement, in one message. */
  #opening: string | undefined;
  readonly #withCommit: Readonly<Record<PlaceInCommit, CompiledQuery[]>> = { 'in turn': [], last: [] };

  constructor(client: pg.PoolClient, options: DriverOptions) {
    this.#client = client;
    this.#options = options;
  }

  async executeQuery<R>(statement: CompiledQuery): Promise<QueryResult<R>> {
    if (this.#closed) throw new TransactionEndedError();
    this.#options.onStatement(statement);
    const place = this.#options.placeInCommit(statement);
    if (place !== undefined) {
      this.#withCommit[place].push(statement);
      return { rows: [] };
    }
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

  begin(settings: TransactionSettings): void {
    const isolation = settings.isolationLevel ?? 'read committed';
    const access = settings.accessMode === undefined ? '' : ` ${settings.accessMode}`;
    this.#opening = `start transaction isolation level ${isolation}${access}`;
  }

  /** @throws AbortedTransactionError when the server rolled back because a statement's failure was ignored */
  async commit(): Promise<void> {
    this.#closed = true;
    const held = [...this.#withCommit['in turn'], ...this.#withCommit.last];
    // Nothing was sent: there is no transaction to end.
    if (this.#inTransaction || held.length > 0) {
      const leading = [...this.#takeOpening(), ...held.map((statement) => this.#queryOf(statement))];
      const { command } = await this.#commitAfter(leading);
      this.#inTransaction = false;
      if (command === 'ROLLBACK') throw new AbortedTransactionError();
    }
  }

  async #commitAfter(leading: readonly pg.QueryConfig[]): Promise<pg.QueryResult> {
    try {
      return await this.#control('commit', leading);
    } catch (error) {
      // pg takes what went with the commit for prepared now, whether or not the server came so far.
      this.#broken ||= leading.length > 0;
      throw error;
    }
  }

  /**
   * Never fails: the error that made the rollback necessary is the one to report, and a connection that cannot roll
   * back is closed, which makes the server roll back.
   */
  async rollback(): Promise<void> {
    this.#closed = true;
    if (!this.#inTransaction) return;
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
    const query = this.#queryOf(statement);
    const opening = this.#takeOpening();
    try {
      return opening.length > 0
        ? await sendChained(this.#client, opening, query)
        : await send(this.#client, query);
    } catch (error) {
      if (!isStalePlan(error)) throw error;
      this.#options.names.forget(statement.sql);
      // Nothing was executed. Outside a transaction it can be sent again; inside, the transaction is lost and re-run.
      if (this.#inTransaction) throw error;
      return await send(this.#client, { text: query.text, values: [...statement.parameters] });
    }
  }

  #queryOf({ sql, parameters }: CompiledQuery): pg.QueryConfig {
    return { ...this.#named(sql), values: [...parameters] };
  }

  #named(sql: string): pg.QueryConfig {
    const name = this.#options.names.nameFor(sql);
    return name === undefined ? { text: sql } : { text: sql, name };
  }

  /** What has to go before the next statement. From then on only the server knows whether the transaction is open. */
  #takeOpening(): pg.QueryConfig[] {
    if (this.#opening === undefined) return [];
    const opening = this.#named(this.#opening);
    this.#opening = undefined;
    this.#inTransaction = true;
    return [opening];
  }

  async #control(sql: string, leading: readonly pg.QueryConfig[] = []): Promise<pg.QueryResult> {
    try {
      return leading.length > 0
        ? await sendChained(this.#client, leading, this.#named(sql))
        : await send(this.#client, { text: sql });
    } catch (error) {
      throw this.#seen(error);
    }
  }

  #seen(error: unknown): unknown {
    if (isConnectionFault(error)) this.#broken = true;
    return translateConnectionFault(withCallerStack(error));
  }
}

/** Takes a connection of the pool. @throws DomainError SERVICE_UNAVAILABLE */
export async function lease(options: DriverOptions): Promise<LeasedConnection> {
  try {
    return new LeasedConnection(await options.pool.connect(), options);
  } catch (error) {
    throw translateConnectionFault(withCallerStack(error));
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
    return await lease(this.#options);
  }

  async beginTransaction(connection: DatabaseConnection, settings: TransactionSettings): Promise<void> {
    leased(connection).begin(settings);
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
