import pg from 'pg';

/**
 * A statement that shares one message with others before it. The server runs them in order and, after one that
 * failed, none of the rest: https://www.postgresql.org/docs/15/protocol-flow.html#PROTOCOL-FLOW-PIPELINING. Always
 * the extended protocol, as only there one sync can end several statements.
 */
class ChainedQuery extends pg.Query {
  constructor(
    leading: readonly pg.QueryConfig[],
    last: pg.QueryConfig,
    callback: (error: Error | undefined, result: pg.QueryResult | pg.QueryResult[]) => void,
  ) {
    super(last, callback);
    const submitLast = this.submit.bind(this);
    this.submit = (connection) => {
      connection.stream.cork();
      try {
        const unsynced = withoutSync(connection);
        for (const statement of leading) new ExtendedQuery(statement).submit(unsynced);
        submitLast(connection);
      } finally {
        connection.stream.uncork();
      }
    };
  }

  /** What pg asks a query: whether it goes by the extended protocol. */
  requiresPreparation(): boolean {
    return true;
  }
}

class ExtendedQuery extends pg.Query {
  requiresPreparation(): boolean {
    return true;
  }
}

/** The connection, on which the end of a statement does not end the message. */
function withoutSync(connection: pg.Connection): pg.Connection {
  const unsynced: pg.Connection = Object.create(connection);
  unsynced.sync = () => undefined;
  return unsynced;
}

/**
 * Sends the statements in one message: one round trip, however many they are.
 * @returns the result of the last
 * @throws the error of the first that failed; those before it have taken effect unless a transaction was open
 */
export function sendChained(
  client: pg.ClientBase,
  leading: readonly pg.QueryConfig[],
  last: pg.QueryConfig,
): Promise<pg.QueryResult> {
  return new Promise((resolve, reject) => {
    const settle = (error: Error | undefined, result: pg.QueryResult | pg.QueryResult[]) => {
      if (error) return reject(error);
      const final = Array.isArray(result) ? result.at(-1) : result;
      if (final === undefined) reject(new Error('The server answered nothing'));
      else resolve(final);
    };
    client.query(new ChainedQuery(leading, last, settle));
  });
}
