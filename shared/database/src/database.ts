import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger, Metrics } from '@vici/utils';
import type { CompiledQuery, Kysely, RawBuilder } from 'kysely';
import type pg from 'pg';
import { watchDatabase } from './database.metrics.js';
import { createClient, createPool, type PoolOptions } from './pool.js';
import type { LeasedConnection, PlaceInCommit } from './pooled.driver.js';
import { isRetryable, translateConnectionFault } from './postgres-errors.js';
import { QueryBuilders } from './statement-executor.js';
import { StatementNames } from './statement-names.js';
import { type IsolationLevel, TransactionScope } from './transaction-scope.js';
import type { UnitOfWork } from './unit-of-work.js';

/** Where the database is and what watches it. */
export interface DatabaseOptions extends PoolOptions {
  readonly metrics?: Metrics;
  readonly logger?: Logger;
}

/** How one transaction is opened. */
export interface TransactionOptions {
  /** 'read committed' unless told otherwise. */
  readonly isolation?: IsolationLevel;
  /** A deadlock or serialization failure is thrown at once: the caller has another way. Default: false. */
  readonly once?: boolean;
}

const MAX_RETRIES = 3;
/** Losers of a deadlock wait 10 to 40 ms (times the attempt) so that they do not meet again in step. */
const RETRY_BASE_MS = 10;
const RETRY_SPREAD_MS = 30;

/**
 * The PostgreSQL database of one service. Repositories send everything through `query`, which is the transaction the
 * current asynchronous context has open, or else the pool. `DB` is the service's map of table name to row type.
 */
export class Database<DB> implements UnitOfWork {
  /** For what Kysely cannot say. Statements sent here never belong to the open transaction. */
  readonly pool: pg.Pool;
  readonly #options: DatabaseOptions;
  readonly #builders: QueryBuilders<DB>;
  readonly #goingWithCommit = new WeakMap<CompiledQuery, PlaceInCommit>();
  readonly #scopes = new AsyncLocalStorage<TransactionScope<DB> | undefined>();
  #closing: Promise<void> | undefined;

  constructor(options: DatabaseOptions) {
    this.#options = options;
    this.pool = createPool(options, options.logger);
    this.#builders = new QueryBuilders<DB>({
      pool: this.pool,
      names: new StatementNames(),
      placeInCommit: (statement) => this.#goingWithCommit.get(statement),
      onStatement: (statement) => this.#scopes.getStore()?.note(statement),
      onDuration: options.metrics && watchDatabase(options.metrics, this.pool),
    });
  }

  /**
   * The open transaction of this asynchronous context, else the pool.
   * @throws TransactionEndedError in a branch of work that outlived its transaction
   */
  get query(): Kysely<DB> {
    return this.#scopes.getStore()?.query ?? this.#builders.pooled;
  }

  get inTransaction(): boolean {
    return this.#scopes.getStore()?.open ?? false;
  }

  /**
   * Runs `work` in one transaction; inside an open one it joins that. A deadlock or serialization failure runs `work`
   * again from its start, up to three times, so `work` must have no effect outside the database: use `afterCommit`.
   * A joined transaction that fails after writing also fails the one it joined, even when its error is caught.
   * @throws DomainError SERVICE_UNAVAILABLE when the database cannot be reached or the connection is lost; when that
   * happens during the commit itself, the outcome is unknown
   * @throws TransactionEndedError in a branch of work that outlived its transaction
   */
  async transaction<T>(work: () => Promise<T>, options: TransactionOptions = {}): Promise<T> {
    const outer = this.#scopes.getStore();
    if (outer !== undefined) return await outer.join(work, options.isolation);
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#attempt(work, options.isolation ?? 'read committed');
      } catch (error) {
        if (options.once === true || attempt > MAX_RETRIES || !isRetryable(error)) throw error;
        await sleep((RETRY_BASE_MS + Math.random() * RETRY_SPREAD_MS) * attempt);
      }
    }
  }

  /**
   * Holds a statement of the open transaction back until its commit and sends both in one message: for a write that
   * nothing in the transaction reads. If it fails the transaction does, as it would have before. It can make the commit
   * depend on what it finds, see `commitOnlyIf`.
   * @param place 'last' for a row that everybody wants: it is locked after everything else
   * @throws Error when no transaction is open
   */
  async executeWithCommit(
    statement: RawBuilder<unknown> | CompiledQuery,
    place: PlaceInCommit = 'in turn',
  ): Promise<void> {
    if (!this.inTransaction) throw new Error('There is no open transaction to commit');
    const compiled = 'compile' in statement ? statement.compile(this.query) : statement;
    this.#goingWithCommit.set(compiled, place);
    await this.query.executeQuery(compiled);
  }

  /**
   * Calls `fn` once the open transaction has committed, before `transaction()` resolves, and never when it rolls back;
   * without a transaction, at once. An error of `fn` is logged: what is committed cannot fail any more.
   */
  afterCommit(fn: () => void | Promise<void>): void {
    const scope = this.#scopes.getStore();
    if (scope === undefined) {
      void this.#runCallback(fn);
      return;
    }
    scope.assertOpen();
    scope.afterCommit.push(fn);
  }

  /**
   * Runs `fn` apart from any open transaction: its statements go to the pool and stay when the transaction rolls back.
   * Also the way to start, inside a transaction, something that lives longer than it.
   */
  outsideTransaction<T>(fn: () => T): T {
    return this.#scopes.run(undefined, fn);
  }

  /** A connection outside the pool (LISTEN, advisory locks), with no statement timeout; the caller connects and ends it. */
  createClient(): pg.Client {
    return createClient(this.#options, this.#options.logger);
  }

  /** @throws DomainError SERVICE_UNAVAILABLE when the database does not answer */
  async ping(): Promise<void> {
    try {
      await this.pool.query('select 1');
    } catch (error) {
      throw translateConnectionFault(error);
    }
  }

  /** Waits for the connections in use, then closes them all. Calling it again waits for the same closing. */
  async close(): Promise<void> {
    this.#closing ??= this.pool.end();
    await this.#closing;
  }

  async #attempt<T>(work: () => Promise<T>, isolation: IsolationLevel): Promise<T> {
    const connection = await this.#builders.lease();
    const scope = new TransactionScope<DB>(this.#builders.on(connection), isolation);
    const result = await this.#commitOn(connection, isolation, () =>
      this.#scopes.run(scope, () => scope.run(work)),
    );
    for (const callback of scope.afterCommit) await this.#runCallback(callback);
    return result;
  }

  async #commitOn<T>(
    connection: LeasedConnection,
    isolationLevel: IsolationLevel,
    work: () => Promise<T>,
  ): Promise<T> {
    try {
      connection.begin({ isolationLevel });
      const result = await work();
      await connection.commit();
      return result;
    } catch (error) {
      await connection.rollback();
      throw error;
    } finally {
      connection.release();
    }
  }

  async #runCallback(callback: () => void | Promise<void>): Promise<void> {
    try {
      await this.#scopes.run(undefined, callback);
    } catch (error) {
      this.#options.logger?.error('Work after a commit failed', { error });
    }
  }
}
