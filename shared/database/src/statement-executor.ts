import {
  type CompiledQuery,
  type ConnectionProvider,
  type DatabaseConnection,
  DefaultQueryExecutor,
  type DialectAdapter,
  Kysely,
  type KyselyProps,
  type QueryCompiler,
  type QueryExecutor,
  type QueryResult,
  Transaction,
} from 'kysely';
import { type DriverOptions, type LeasedConnection, lease } from './pooled.driver.js';
import { PooledPostgresDialect } from './postgres-dialect.js';

/** Where statements go. */
interface Statements extends ConnectionProvider {
  execute<R>(statement: CompiledQuery): Promise<QueryResult<R>>;
}

/** Each statement on a connection of its own. */
class PooledStatements implements Statements {
  constructor(private readonly options: DriverOptions) {}

  async execute<R>(statement: CompiledQuery): Promise<QueryResult<R>> {
    const connection = await lease(this.options);
    try {
      return await connection.executeQuery<R>(statement);
    } finally {
      connection.release();
    }
  }

  async provideConnection<T>(consumer: (connection: DatabaseConnection) => Promise<T>): Promise<T> {
    const connection = await lease(this.options);
    try {
      return await consumer(connection);
    } finally {
      connection.release();
    }
  }
}

/** All statements on one connection, one after the other. */
class ConnectedStatements implements Statements {
  #running: Promise<unknown> | undefined;

  constructor(private readonly connection: LeasedConnection) {}

  execute<R>(statement: CompiledQuery): Promise<QueryResult<R>> {
    return this.provideConnection((connection) => connection.executeQuery<R>(statement));
  }

  async provideConnection<T>(consumer: (connection: DatabaseConnection) => Promise<T>): Promise<T> {
    // Who fails there is told there.
    while (this.#running !== undefined) await this.#running.catch(() => undefined);
    const running = consumer(this.connection);
    this.#running = running;
    try {
      return await running;
    } finally {
      this.#running = undefined;
    }
  }
}

/** What speaks PostgreSQL: dear to make, and the same for all. */
interface Language {
  readonly compiler: QueryCompiler;
  readonly adapter: DialectAdapter;
}

/**
 * Kysely's executor, which passes a statement to its connection by five promises instead of fifteen. What it knows
 * beside that, plugins and signals, goes Kysely's way.
 */
class StatementExecutor extends DefaultQueryExecutor {
  readonly #statements: Statements;

  constructor({ compiler, adapter }: Language, statements: Statements) {
    super(compiler, adapter, statements);
    this.#statements = statements;
  }

  override executeQuery<R>(
    statement: CompiledQuery,
    options?: Parameters<QueryExecutor['executeQuery']>[1],
  ): Promise<QueryResult<R>> {
    return options?.signal === undefined
      ? this.#statements.execute(statement)
      : super.executeQuery(statement, options);
  }
}

/** Makes the query builders of one pool. */
export class QueryBuilders<DB> {
  /** Its statements each take a connection of the pool. */
  readonly pooled: Kysely<DB>;
  readonly #options: DriverOptions;
  readonly #shared: Pick<KyselyProps, 'config' | 'dialect' | 'driver'>;
  readonly #language: Language;

  constructor(options: DriverOptions) {
    const dialect = new PooledPostgresDialect(options);
    this.#options = options;
    this.#shared = { config: { dialect }, dialect, driver: dialect.createDriver() };
    this.#language = { compiler: dialect.createQueryCompiler(), adapter: dialect.createAdapter() };
    this.pooled = new Kysely<DB>(this.#propsOf(new PooledStatements(options)));
  }

  /** Takes a connection of the pool. @throws DomainError SERVICE_UNAVAILABLE */
  lease(): Promise<LeasedConnection> {
    return lease(this.#options);
  }

  /** What sends everything over one connection. */
  on(connection: LeasedConnection): Transaction<DB> {
    return new Transaction<DB>(this.#propsOf(new ConnectedStatements(connection)));
  }

  #propsOf(statements: Statements): KyselyProps {
    return { ...this.#shared, executor: new StatementExecutor(this.#language, statements) };
  }
}
