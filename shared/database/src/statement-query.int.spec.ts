import { useTestDatabase } from '@vici/testing';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { commitOnlyIf, isCommitRefused } from './commit-only-if.js';
import { isUniqueViolation } from './postgres-errors.js';
import { sql } from './sql.js';

interface Tables {
  note: { id: number; text: string };
}

const test = useTestDatabase<Tables>();

const insert = (id: number, text = 'n') => sql`insert into note (id, text) values (${id}, ${text})`;
const add = (id: number) => insert(id).execute(test.database.query);

async function ids(): Promise<number[]> {
  const rows = await test.database.query.selectFrom('note').select('id').orderBy('id').execute();
  return rows.map(({ id }) => id);
}

function countMessages() {
  return vi.spyOn(pg.Client.prototype, 'query');
}

beforeEach(async () => {
  await test.database.pool.query(
    'drop table if exists note; create table note (id int primary key, text text)',
  );
});

afterEach(() => {
  vi.restoreAllMocks();
});

describe('the messages of a transaction', () => {
  it('are two for one write with another that goes with the commit', async () => {
    await test.database.ping();
    const messages = countMessages();
    await test.database.transaction(async () => {
      await add(1);
      await test.database.executeWithCommit(insert(2));
    });
    expect(messages).toHaveBeenCalledTimes(2);
    messages.mockRestore();
    expect(await ids()).toEqual([1, 2]);
  });

  it('are none when its work asks nothing of the database', async () => {
    await test.database.ping();
    const messages = countMessages();
    expect(await test.database.transaction(async () => 'done')).toBe('done');
    expect(messages).not.toHaveBeenCalled();
  });

  it('bring back the rows of the first statement, prepared or not', async () => {
    const read = () =>
      test.database.transaction(
        async () => await sql<{ v: bigint }>`select ${7}::bigint as v`.execute(test.database.query),
      );
    for (let times = 0; times < 4; times += 1) expect((await read()).rows).toEqual([{ v: 7n }]);
  });
});

describe('a statement that goes with the commit', () => {
  it('is not there before the commit, and is the first of its transaction where nothing else was sent', async () => {
    await test.database.transaction(async () => {
      await test.database.executeWithCommit(insert(1));
      expect(await ids()).toEqual([]);
    });
    await test.database.transaction(() => test.database.executeWithCommit(insert(2)));
    expect(await ids()).toEqual([1, 2]);
  });

  it('leaves nothing behind when the work fails', async () => {
    const work = test.database.transaction(async () => {
      await test.database.executeWithCommit(insert(1));
      throw new Error('no');
    });
    await expect(work).rejects.toThrow('no');
    expect(await ids()).toEqual([]);
  });

  it('fails the whole transaction with its own failure, and the next one does not suffer', async () => {
    await add(9);
    for (let times = 0; times < 3; times += 1) {
      const failing = test.database.transaction(async () => {
        await add(times);
        await test.database.executeWithCommit(insert(9));
        await test.database.executeWithCommit(insert(50, 'never'));
      });
      await expect(failing).rejects.toSatisfy((error: unknown) => isUniqueViolation(error));
    }
    expect(await ids()).toEqual([9]);
    await test.database.transaction(() => test.database.executeWithCommit(insert(50)));
    expect(await ids()).toEqual([9, 50]);
  });

  it('comes after all others where it is to be the last', async () => {
    const append = (text: string) => sql`update note set text = text || ${text}`;
    await add(1);
    await test.database.transaction(async () => {
      await test.database.executeWithCommit(append('-last'), 'last');
      await test.database.executeWithCommit(append('-first'));
      await append('-at once').execute(test.database.query);
    });
    const { text } = await test.database.query.selectFrom('note').select('text').executeTakeFirstOrThrow();
    expect(text).toBe('n-at once-first-last');
  });

  it('can let the transaction commit only if what it finds is as it was, and is told of nothing but that', async () => {
    await test.database.pool.query(`
      create or replace function commit_only_if(holds boolean) returns void language plpgsql as $$
      begin if not holds then raise exception 'refused' using errcode = 'VC001'; end if; end $$`);
    await add(1);
    const change = (from: string) =>
      test.database.transaction(async () => {
        await add(2);
        await test.database.executeWithCommit(sql`
          with changed as (update note set text = 'changed' where id = 1 and text = ${from} returning id)
          select ${commitOnlyIf(sql`exists (select from changed)`)}`);
      });
    await expect(change('m')).rejects.toSatisfy(isCommitRefused);
    expect(await ids()).toEqual([1]);
    await change('n');
    expect(await ids()).toEqual([1, 2]);
    await expect(change('changed')).rejects.toSatisfy((error: unknown) => !isCommitRefused(error));
  });

  it('needs an open transaction', async () => {
    await expect(test.database.executeWithCommit(insert(1))).rejects.toThrow('no open transaction');
  });
});

it('takes nothing for written when the first statement of a transaction fails', async () => {
  await add(1);
  const failing = test.database.transaction(() => add(1));
  await expect(failing).rejects.toSatisfy((error: unknown) => isUniqueViolation(error));
  expect(await ids()).toEqual([1]);
  const { rows } = await test.database.pool.query(
    "select count(*)::int as open from pg_stat_activity where datname = current_database() and state like 'idle in transaction%'",
  );
  expect(rows).toEqual([{ open: 0 }]);
});

describe('a prepared statement', () => {
  const read = () => sql`select id, text from note where id >= ${1} order by id`.execute(test.database.query);
  const times = async (count: number, work: () => Promise<unknown>) => {
    for (let time = 0; time < count; time += 1) await work();
  };

  it('gives its rows with every value read alike, however often it is sent, in a transaction or not', async () => {
    await add(1);
    const both = () =>
      sql<{
        at: Date;
        n: bigint | null;
      }>`select ${new Date(0)}::timestamptz as at, ${null}::bigint as n`.execute(test.database.query);
    for (let time = 0; time < 5; time += 1) {
      expect((await read()).rows).toEqual([{ id: 1, text: 'n' }]);
      expect((await both()).rows).toEqual([{ at: new Date(0), n: null }]);
      expect((await test.database.transaction(read)).rows).toEqual([{ id: 1, text: 'n' }]);
    }
  });

  it('is asked once for the layout of its rows', async () => {
    await times(3, read);
    const [client] = await Promise.all([test.database.pool.connect()]);
    const describe = vi.spyOn(Reflect.get(client, 'connection'), 'describe');
    client.release();
    await times(3, read);
    expect(describe).not.toHaveBeenCalled();
  });

  it('tells the rows it changed when it gives none back', async () => {
    await add(1);
    const change = (text: string) =>
      sql`update note set text = ${text} where id = ${1}`.execute(test.database.query);
    await times(3, () => change('m'));
    expect((await change('o')).numAffectedRows).toBe(1n);
    expect(await test.database.transaction(async () => (await change('p')).numAffectedRows)).toBe(1n);
  });

  it('shows a column that was added meanwhile', async () => {
    await add(1);
    const all = () => sql`select * from note`.execute(test.database.query);
    await times(4, all);
    await test.database.pool.query('alter table note add column more int default 7');
    expect((await all()).rows).toEqual([{ id: 1, text: 'n', more: 7 }]);
  });
});
