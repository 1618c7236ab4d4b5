import {
  DummyDriver,
  Kysely,
  sql as kyselySql,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
} from 'kysely';
import { describe, expect, it } from 'vitest';
import { sql } from './sql.js';

const db = new Kysely<{ thing: { id: number; name: string } }>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (kysely) => new PostgresIntrospector(kysely),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
});

type Sql = typeof kyselySql;

/** One of each kind of statement; the same call site each time it is asked. */
const STATEMENTS: Readonly<Record<string, (sql: Sql, value: number) => ReturnType<Sql>>> = {
  'without parameters': (sql) => sql`select 1`,
  'with parameters': (sql, value) =>
    sql`select ${value}, ${'b'}, ${null}, ${undefined}, ${[value]}, ${{ a: value }}`,
  'of nested parts': (sql, value) =>
    sql`select ${sql`(${value}, ${sql`now() - ${value + 1}`})`}, ${value + 2} ${sql``} where ${sql`true`}`,
  'of fixed parts': (sql, value) =>
    sql`select ${sql.ref('t.a')}, ${sql.lit(5)}, ${sql.lit('5')}, ${sql.lit(null)}, ${sql.raw('b')}, ${sql.id('a.b', 'c')}, ${sql.id('a', 'b')}, ${sql.val(value)} from ${sql.table('s.t')}`,
  'of joined parts': (sql, value) =>
    sql`select ${sql.join([value, sql`a`, sql`${value}`])} where ${sql.join([sql`x = ${value}`, true], sql` and `)}`,
  'of a list joined by something with parameters': (sql, value) =>
    sql`${sql.join([1, 2, 3], sql` + ${value} + `)}`,
  'of an empty list': (sql) => sql`select ${sql.join([])}`,
  'of a long list': (sql, value) =>
    sql`select ${sql.join(Array.from({ length: 20 }, (_, index) => index + value))}`,
  'around a query builder': (sql, value) =>
    sql`with t as (${db.selectFrom('thing').select('id').where('id', '=', value)}) select ${value}`,
  'inside a query builder': (sql, value) =>
    sql`${db.selectFrom('thing').select(sql<number>`id + ${value}`.as('more')).where('id', '=', sql<number>`${value}`)}`,
};

describe('a statement of this sql', () => {
  it.each(Object.keys(STATEMENTS))(
    '%s is what Kysely makes of it, the first time and each time after',
    (kind) => {
      for (const value of [1, 2, 3]) {
        const ours = STATEMENTS[kind]?.(sql, value).compile(db);
        const theirs = STATEMENTS[kind]?.(kyselySql, value).compile(db);
        expect(ours?.sql).toBe(theirs?.sql);
        expect(ours?.parameters).toEqual(theirs?.parameters);
        expect(ours?.query.kind).toBe(theirs?.query.kind);
      }
    },
  );

  it('has another text when a part of it is another', () => {
    const listed = (...parts: unknown[]) => sql`select ${sql.join(parts)}, ${parts[0]}`.compile(db).sql;
    for (let round = 0; round < 2; round += 1) {
      expect(listed(1)).toBe('select $1, $2');
      expect(listed(1, 2)).toBe('select $1, $2, $3');
      expect(listed(sql`a`, 2)).toBe('select a, $1, a');
      expect(listed(sql.raw('b'), 2)).toBe('select b, $1, b');
      expect(listed(sql.lit(1))).toBe('select 1, 1');
      expect(listed(sql.lit('1'))).toBe("select '1', '1'");
      expect(listed(sql.id('a', 'b'))).toBe('select "a"."b", "a"."b"');
      expect(listed(sql.id('a.b'))).toBe('select "a.b", "a.b"');
    }
  });

  it('is not compiled again', () => {
    const found = (value: number) => sql`select ${value}`.compile(db);
    const [first, second] = [found(1), found(2)];
    expect(second.query).toBe(first.query);
    expect(second.parameters).toEqual([2]);
    expect(first.parameters).toEqual([1]);
  });
});
