import type { Compilable, CompiledQuery, Kysely, QueryResult, RawBuilder } from 'kysely';
import type { Database } from './database.js';
import { sql } from './sql.js';

/** What stands in a statement where a parameter will be. */
class Placeholder {
  constructor(readonly name: string) {}
}

/** Gives the place of a parameter, by its name. */
export type Given<P> = <K extends keyof P & string>(name: K) => RawBuilder<P[K]>;

/**
 * A statement of Kysely's query builder that is built and compiled once, for all its parameters:
 * `new Statement((query: Kysely<Tables>, given: Given<{ id: string }>) => query.selectFrom('orders').selectAll().where('id', '=', given('id')))`.
 * What differs from one execution to the next is in its parameters alone.
 */
export class Statement<DB, P extends Readonly<Record<string, unknown>>, R> {
  readonly #make: (query: Kysely<DB>, given: Given<P>) => Compilable<R>;
  #compiled: CompiledQuery | undefined;

  constructor(make: (query: Kysely<DB>, given: Given<P>) => Compilable<R>) {
    this.#make = make;
  }

  /** The rows it gives, and how many it has changed. */
  execute(database: Database<DB>, parameters: P): Promise<QueryResult<R>> {
    return database.query.executeQuery<R>(this.with(database, parameters));
  }

  /** The first row it gives. */
  async first(database: Database<DB>, parameters: P): Promise<R | undefined> {
    const { rows } = await this.execute(database, parameters);
    return rows[0];
  }

  /** The row it always gives. @throws Error when it gave none */
  async only(database: Database<DB>, parameters: P): Promise<R> {
    const row = await this.first(database, parameters);
    if (row === undefined) throw new Error('The statement gave no row');
    return row;
  }

  /** For `executeWithCommit`. */
  with(database: Database<DB>, parameters: P): CompiledQuery<R> {
    this.#compiled ??= this.#make(database.query, (name) => sql`${new Placeholder(name)}`).compile();
    const { sql: text, query, queryId } = this.#compiled;
    const values = this.#compiled.parameters.map((value) =>
      value instanceof Placeholder ? parameters[value.name] : value,
    );
    return { sql: text, query, queryId, parameters: values };
  }
}
