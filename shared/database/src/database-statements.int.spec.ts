import { useTestDatabase } from '@vici/testing';
import type { Kysely } from 'kysely';
import { beforeEach, describe, expect, it } from 'vitest';
import { type AccountTables, CREATE_ACCOUNTS } from '../test/account-tables.fixture.js';
import { arrayOf } from './array-parameter.js';
import { json } from './column-types.js';
import { Database } from './database.js';
import { isCheckViolation, isForeignKeyViolation, isUniqueViolation } from './postgres-errors.js';
import { sql } from './sql.js';
import { type Given, Statement } from './statement.js';

const test = useTestDatabase<AccountTables>();

async function setBalance(id: number, value: bigint): Promise<void> {
  await test.database.query.updateTable('account').set({ balance: value }).where('id', '=', id).execute();
}

beforeEach(async () => {
  await test.database.pool.query(CREATE_ACCOUNTS);
});

describe('values', () => {
  it('come back as bigint, string, Date, day and parsed JSON', async () => {
    const { rows } = await sql<Record<string, unknown>>`
      select 9007199254740993::int8 as big, array[1, null]::int8[] as bigs, 12.30::numeric as price,
        '2026-03-29T01:30:00Z'::timestamptz as moment, '2026-03-29'::date as day, '{"a":[1]}'::jsonb as document
    `.execute(test.database.query);
    expect(rows).toEqual([
      {
        big: 9007199254740993n,
        bigs: [1n, null],
        price: '12.30',
        moment: new Date('2026-03-29T01:30:00Z'),
        day: '2026-03-29',
        document: { a: [1] },
      },
    ]);
  });

  it.each([[[1, 2]], ['text'], [{ a: null }], [true], [null]])(
    'write %j to jsonb as they are',
    async (value) => {
      const { rows } = await sql<{ value: unknown }>`select ${json(value)} as value`.execute(
        test.database.query,
      );
      expect(rows).toEqual([{ value }]);
    },
  );
});

describe('constraint checks', () => {
  it('recognise a duplicate key by its constraint', async () => {
    const duplicate = test.database.query.insertInto('account').values({ id: 1, balance: 0n }).execute();
    const error: unknown = await duplicate.catch((thrown: unknown) => thrown);
    expect(isUniqueViolation(error)).toBe(true);
    expect(isUniqueViolation(error, 'account_pkey')).toBe(true);
    expect(isUniqueViolation(error, 'another')).toBe(false);
    expect(isUniqueViolation(new Error('while saving', { cause: error }), 'account_pkey')).toBe(true);
    expect(isCheckViolation(error)).toBe(false);
  });

  it('recognise a broken check and a missing parent', async () => {
    const negative: unknown = await setBalance(1, -1n).catch((thrown: unknown) => thrown);
    expect(isCheckViolation(negative, 'balance_positive')).toBe(true);
    const orphan: unknown = await test.database.query
      .insertInto('entry')
      .values({ account_id: 99, note: 'x' })
      .execute()
      .catch((thrown: unknown) => thrown);
    expect(isForeignKeyViolation(orphan, 'entry_account')).toBe(true);
  });

  it('show who sent the failing statement in the stack', async () => {
    const error: unknown = await setBalance(1, -1n).catch((thrown: unknown) => thrown);
    expect(error instanceof Error && error.stack).toContain('setBalance');
  });
});

describe('prepared statements', () => {
  it('are used from the second time on', async () => {
    const single = new Database<AccountTables>({ url: test.url, poolMax: 1, applicationName: 'prepared' });
    const prepared = async () => {
      const { rows } = await single.pool.query(`select count(*)::int as n from pg_prepared_statements`);
      return rows[0].n;
    };
    const read = () => single.query.selectFrom('account').selectAll().where('id', '=', 1).execute();
    try {
      await read();
      expect(await prepared()).toBe(0);
      await read();
      await read();
      expect(await prepared()).toBe(1);
    } finally {
      await single.close();
    }
  });

  it('are planned once for arrays of any length', async () => {
    const single = new Database<AccountTables>({ url: test.url, poolMax: 1, applicationName: 'planned' });
    try {
      for (let length = 0; length < 20; length += 1) {
        const ids = Array.from({ length }, (_, index) => index);
        const { rows } = await sql`
          select id from account where id = any(${arrayOf(ids, 'int')})
          union all select unnest(${arrayOf(ids, 'int')})`.execute(single.query);
        expect(rows.length).toBeGreaterThanOrEqual(length);
      }
      const { rows } = await single.pool.query(
        `select custom_plans::int, generic_plans::int from pg_prepared_statements where statement like '%unnest%'`,
      );
      // PostgreSQL compares with five plans made for their values first; the first statement is not prepared.
      expect(rows).toEqual([{ custom_plans: 5, generic_plans: 14 }]);
    } finally {
      await single.close();
    }
  });

  it('survive a change of the table, inside a transaction and outside', async () => {
    const read = () => test.database.query.selectFrom('account').selectAll().where('id', '=', 1).execute();
    for (let time = 0; time < 3; time += 1) await read();
    await test.database.pool.query('alter table account add column name text');
    expect(await read()).toEqual([{ id: 1, balance: 100n, name: null }]);

    const locked = () =>
      test.database.query.selectFrom('account').selectAll().where('id', '=', 2).forUpdate().execute();
    for (let time = 0; time < 3; time += 1) await test.database.transaction(locked);
    await test.database.pool.query('alter table account add column colour text');
    expect(await test.database.transaction(locked)).toEqual([
      { id: 2, balance: 100n, name: null, colour: null },
    ]);
  });
});

describe('a statement of a query builder that is made once', () => {
  const insert = new Statement(
    (query: Kysely<AccountTables>, given: Given<{ readonly id: number; readonly balance: bigint }>) =>
      query
        .insertInto('account')
        .values({ id: given('id'), balance: given('balance') })
        .onConflict((on) =>
          on.column('id').doUpdateSet({ balance: sql<bigint>`account.balance + ${given('balance')}` }),
        )
        .returning(['id', 'balance']),
  );

  it('takes the parameters of each execution, one of them in several places', async () => {
    expect(await insert.first(test.database, { id: 7, balance: 5n })).toEqual({ id: 7, balance: 5n });
    expect(await insert.only(test.database, { id: 8, balance: 6n })).toEqual({ id: 8, balance: 6n });
    const { rows, numAffectedRows } = await insert.execute(test.database, { id: 7, balance: 10n });
    expect(rows).toEqual([{ id: 7, balance: 15n }]);
    expect(numAffectedRows).toBe(1n);
  });

  it('tells that it gave no row', async () => {
    const find = new Statement((query: Kysely<AccountTables>, given: Given<{ readonly id: number }>) =>
      query.selectFrom('account').selectAll().where('id', '=', given('id')),
    );
    expect(await find.first(test.database, { id: 4_711 })).toBeUndefined();
    await expect(find.only(test.database, { id: 4_711 })).rejects.toThrow('The statement gave no row');
  });

  it('belongs to the open transaction, and goes with its commit', async () => {
    const failed = test.database.transaction(async () => {
      await insert.execute(test.database, { id: 9, balance: 1n });
      throw new Error('no');
    });
    await expect(failed).rejects.toThrow('no');
    await test.database.transaction(() =>
      test.database.executeWithCommit(insert.with(test.database, { id: 10, balance: 2n })),
    );
    const rows = await test.database.query
      .selectFrom('account')
      .select('id')
      .where('id', 'in', [9, 10])
      .execute();
    expect(rows).toEqual([{ id: 10 }]);
  });
});
