import { useTestDatabase } from '@vici/testing';
import { DomainError } from '@vici/utils/domain';
import { beforeEach, describe, expect, it } from 'vitest';
import { ListOrder } from './list-order.js';
import { encodeCursor, type PageRequest } from './pagination.js';
import { sql } from './sql.js';

interface Tables {
  readings: { id: number; name: string; taken_at: Date };
}

const postgres = useTestDatabase<Tables>();
const query = () => postgres.database.query;
const add = (id: number, microseconds: number, name = `n${id}`) =>
  sql`insert into readings values (${id}, ${name}, timestamptz '2026-01-01 00:00:00Z' + ${microseconds} * interval '1 microsecond')`.execute(
    query(),
  );
const remove = (id: number) => query().deleteFrom('readings').where('id', '=', id).execute();

beforeEach(async () => {
  await sql`drop table if exists readings`.execute(query());
  await sql`create table readings (id bigint, name text not null, taken_at timestamptz not null)`.execute(
    query(),
  );
  // All in one millisecond, two of them at the same time.
  for (const [id, at] of [
    [1, 100],
    [2, 200],
    [3, 200],
    [4, 300],
    [5, 400],
  ] as const) {
    await add(id, at);
  }
});

const TIME = { column: 'taken_at', type: 'timestamptz' } as const;
const ID = { column: 'id', type: 'bigint' } as const;
const down = { direction: 'desc' } as const;

async function read(order: ListOrder, page: PageRequest) {
  const rows = await order.pageOf(query().selectFrom('readings').select('id'), page).execute();
  return { ids: rows.map(({ id }) => Number(id)), cursor: order.nextCursor(rows, page) };
}

/** All ids, two a page; `meanwhile` happens after the first page. */
async function walk(order: ListOrder, meanwhile = async (): Promise<unknown> => undefined) {
  const found: number[][] = [];
  let cursor: string | undefined;
  do {
    const page = await read(order, { page: 1, limit: 2, ...(cursor !== undefined && { cursor }) });
    found.push(page.ids);
    cursor = page.cursor;
    if (found.length === 1) await meanwhile();
  } while (cursor !== undefined);
  return found;
}

describe('a list walked by cursor', () => {
  it.each([
    ['upwards', new ListOrder([TIME, ID]), [[1, 2], [3, 4], [5]]],
    [
      'downwards',
      new ListOrder([
        { ...TIME, ...down },
        { ...ID, ...down },
      ]),
      [[5, 4], [3, 2], [1]],
    ],
    ['one column each way', new ListOrder([{ ...TIME, ...down }, ID]), [[5, 4], [2, 3], [1]]],
    ['by text', new ListOrder([{ column: 'name', type: 'text' }, ID]), [[1, 2], [3, 4], [5]]],
  ])('%s holds every row once, though times differ by microseconds', async (_name, order, pages) => {
    expect(await walk(order)).toEqual(pages);
  });

  it('neither repeats nor misses a row when others come and go before the place that was reached', async () => {
    const newestFirst = new ListOrder([
      { ...TIME, ...down },
      { ...ID, ...down },
    ]);

    const pages = await walk(newestFirst, async () => {
      await add(6, 500);
      await add(7, 600);
      await remove(4);
    });

    expect(pages).toEqual([[5, 4], [3, 2], [1]]);
  });

  it('shows what comes behind the place that was reached', async () => {
    const pages = await walk(new ListOrder([TIME, ID]), () => add(6, 150).then(() => add(7, 250)));

    expect(pages).toEqual([[1, 2], [3, 7], [4, 5], []]);
  });

  it('ends where a page is not full, and begins by number without a cursor', async () => {
    const order = new ListOrder([TIME, ID]);

    expect(await read(order, { page: 3, limit: 2 })).toEqual({ ids: [5], cursor: undefined });
    expect((await read(order, { page: 2, limit: 2 })).ids).toEqual([3, 4]);
  });

  it.each([
    ['no cursor at all', 'nonsense'],
    ['one of another order', encodeCursor({ by: 'name asc,id asc', at: ['a', '1'] })],
    ['one with a value too few', encodeCursor({ by: 'taken_at asc,id asc', at: ['2026-01-01 00:00:00+00'] })],
    ['one with a value of another type', encodeCursor({ by: 'taken_at asc,id asc', at: ['yesterday', '1'] })],
  ])('refuses %s, naming the field', async (_name, cursor) => {
    const error = await read(new ListOrder([TIME, ID]), { page: 1, limit: 2, cursor }).catch(
      (thrown: unknown) => thrown,
    );

    if (!(error instanceof DomainError)) throw new TypeError('Something else was thrown', { cause: error });
    expect(error.code).toBe('VALIDATION_FAILED');
    expect(error.details).toMatchObject({ fields: [{ field: 'cursor' }] });
  });
});
