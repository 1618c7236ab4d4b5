import pg from 'pg';

type Settle = (error: Error | undefined, result: pg.QueryResult | pg.QueryResult[]) => void;

type Fields = pg.FieldDef[];

/** How the rows of a statement are read; a statement that gives none has one without fields. */
interface RowLayout {
  readonly fields: Fields;
  readonly _parsers: unknown;
  readonly _prebuiltEmptyResultObject: unknown;
}

declare module 'pg' {
  /** What pg's own queries do that its types do not tell. */
  interface Query {
    name: string | undefined;
    _result: RowLayout;
    _accumulateRows: boolean;
    _checkForMultirow(): void;
    prepare(connection: Connection): void;
    handleRowDescription(description: { readonly fields: Fields }): void;
    handleCommandComplete(message: unknown, connection: Connection): void;
  }
  interface Connection {
    readonly parsedStatements: Readonly<Record<string, string | undefined>>;
  }
}

/** By connection: while a statement is prepared on it, its rows cannot change their layout without an error. */
const layouts = new WeakMap<pg.Connection, Map<string, RowLayout>>();

function layoutsOf(connection: pg.Connection): Map<string, RowLayout> {
  const known = layouts.get(connection) ?? new Map<string, RowLayout>();
  layouts.set(connection, known);
  return known;
}

/**
 * A statement that pg submits as it is: given as an object it would be copied, property by property, for each call. Of
 * a statement that is prepared already the server is not asked again what its rows look like.
 */
class StatementQuery extends pg.Query {
  /** Statements of the same message that are answered before this one. */
  protected leading = 0;
  #layouts: Map<string, RowLayout> | undefined;
  #known: RowLayout | undefined;

  constructor({ text, name, values }: pg.QueryConfig, settle?: Settle) {
    super(text, values, settle);
    this.name = name;
  }

  override prepare(connection: pg.Connection): void {
    this.#known = this.#layoutOn(connection);
    super.prepare(this.#known === undefined ? connection : without(connection, 'describe'));
    if (this.#known !== undefined && this.leading === 0) this.#applyKnown(this.#known);
  }

  override handleRowDescription(description: { readonly fields: Fields }): void {
    super.handleRowDescription(description);
    if (this.leading === 0) this.#remember();
  }

  override handleCommandComplete(message: unknown, connection: pg.Connection): void {
    if (this.leading === 0 && this.#known === undefined && this._result.fields.length === 0) this.#remember();
    super.handleCommandComplete(message, connection);
    if (this.leading === 0) return;
    this.leading -= 1;
    if (this.leading === 0 && this.#known !== undefined) this.#applyKnown(this.#known);
  }

  #layoutOn(connection: pg.Connection): RowLayout | undefined {
    if (this.name === undefined) return undefined;
    this.#layouts = layoutsOf(connection);
    return connection.parsedStatements[this.name] === undefined ? undefined : this.#layouts.get(this.name);
  }

  /** What `handleRowDescription` would do with a description. */
  #applyKnown(layout: RowLayout): void {
    this._checkForMultirow();
    Object.assign(this._result, layout);
    this._accumulateRows = true;
  }

  #remember(): void {
    const { fields, _parsers, _prebuiltEmptyResultObject } = this._result;
    if (this.name !== undefined)
      this.#layouts?.set(this.name, { fields, _parsers, _prebuiltEmptyResultObject });
  }
}

class ExtendedQuery extends StatementQuery {
  /** What pg asks a query: whether it goes by the extended protocol. */
  requiresPreparation(): boolean {
    return true;
  }
}

/**
 * A statement that shares one message with others before it. The server runs them in order and, after one that
 * failed, none of the rest: https://www.postgresql.org/docs/15/protocol-flow.html#PROTOCOL-FLOW-PIPELINING. Always
 * the extended protocol, as only there one sync can end several statements.
 */
class ChainedQuery extends ExtendedQuery {
  constructor(before: readonly pg.QueryConfig[], last: pg.QueryConfig, settle: Settle) {
    super(last, settle);
    this.leading = before.length;
    const submitLast = this.submit.bind(this);
    this.submit = (connection) => {
      connection.stream.cork();
      try {
        const unsynced = without(connection, 'sync');
        for (const statement of before) new ExtendedQuery(statement).submit(unsynced);
        submitLast(connection);
      } finally {
        connection.stream.uncork();
      }
    };
  }
}

type LeftOut = 'sync' | 'describe';

const quietConnections: Readonly<Record<LeftOut, WeakMap<pg.Connection, pg.Connection>>> = {
  sync: new WeakMap(),
  describe: new WeakMap(),
};

/** The connection, on which one kind of message is left out; the same object each time. */
function without(connection: pg.Connection, message: LeftOut): pg.Connection {
  const known = quietConnections[message].get(connection);
  if (known !== undefined) return known;
  const quiet: pg.Connection = Object.create(connection);
  quiet[message] = () => undefined;
  quietConnections[message].set(connection, quiet);
  return quiet;
}

/** Sends one statement. @throws the server's error */
export function send(client: pg.ClientBase, statement: pg.QueryConfig): Promise<pg.QueryResult> {
  return resultOf((settle) => client.query(new StatementQuery(statement, settle)));
}

/**
 * Sends the statements in one message: one round trip, however many they are.
 * @returns the result of the last
 * @throws the error of the first that failed; those before it have taken effect unless a transaction was open
 */
export function sendChained(
  client: pg.ClientBase,
  before: readonly pg.QueryConfig[],
  last: pg.QueryConfig,
): Promise<pg.QueryResult> {
  return resultOf((settle) => client.query(new ChainedQuery(before, last, settle)));
}

function resultOf(submit: (settle: Settle) => void): Promise<pg.QueryResult> {
  return new Promise((resolve, reject) => {
    submit((error, result) => {
      if (error) return reject(error);
      const final = Array.isArray(result) ? result.at(-1) : result;
      if (final === undefined) reject(new Error('The server answered nothing'));
      else resolve(final);
    });
  });
}
