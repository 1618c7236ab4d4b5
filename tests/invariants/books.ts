import pg from 'pg';

/** The databases the invariants are read from. */
export const BOOKS = [
  'auth',
  'user',
  'product',
  'inventory',
  'cart',
  'order',
  'payment',
  'recommendation',
  'event',
  'notification',
] as const;
export type Book = (typeof BOOKS)[number];

/** One database as it was at one moment; nothing can be written to it. */
export interface Snapshot {
  rows<R extends pg.QueryResultRow>(sql: string, values?: readonly unknown[]): Promise<R[]>;
  has(table: string): Promise<boolean>;
}

/** All databases, each at one moment, taken as close together as can be. */
export type Snapshots = Readonly<Record<Book, Snapshot>>;

// Amounts and counts are bigint and numeric in the databases; all are far below 2^53 here.
const NUMBERS = new Set<number>([pg.types.builtins.INT8, pg.types.builtins.NUMERIC]);
const READ_ONLY = 'begin transaction isolation level repeatable read read only';
const SLOWEST_STATEMENT_MS = 120_000;

/** Reads all databases without changing anything, and lets go of them when `work` is done. */
export async function withSnapshots<T>(
  urls: Readonly<Record<Book, string>>,
  work: (snapshots: Snapshots) => Promise<T>,
): Promise<T> {
  const clients = new Map(BOOKS.map((book) => [book, clientOf(urls[book])]));
  try {
    await Promise.all([...clients.values()].map((client) => client.connect()));
    // The snapshot is taken by the first statement, not by the beginning of the transaction.
    await Promise.all([...clients.values()].map((client) => client.query(`${READ_ONLY}; select 1`)));
    return await work(snapshotsOf(clients));
  } finally {
    await Promise.allSettled([...clients.values()].map((client) => client.end()));
  }
}

function clientOf(connectionString: string): pg.Client {
  return new pg.Client({
    connectionString,
    application_name: 'vici-invariants',
    statement_timeout: SLOWEST_STATEMENT_MS,
    types: {
      getTypeParser: (oid, format) =>
        NUMBERS.has(oid) && format !== 'binary' ? Number : pg.types.getTypeParser(oid, format),
    },
  });
}

function snapshotsOf(clients: ReadonlyMap<Book, pg.Client>): Snapshots {
  const of = (book: Book): Snapshot => {
    const client = clients.get(book);
    if (client === undefined) throw new Error(`The database of ${book} is not open`);
    const rows: Snapshot['rows'] = async (sql, values = []) => (await client.query(sql, [...values])).rows;
    return {
      rows,
      has: async (table) => {
        const [found] = await rows<{ found: boolean }>('select to_regclass($1) is not null as found', [
          table,
        ]);
        return found?.found === true;
      },
    };
  };
  return {
    auth: of('auth'),
    user: of('user'),
    product: of('product'),
    inventory: of('inventory'),
    cart: of('cart'),
    order: of('order'),
    payment: of('payment'),
    recommendation: of('recommendation'),
    event: of('event'),
    notification: of('notification'),
  };
}
