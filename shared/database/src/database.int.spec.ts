import { setTimeout as sleep } from 'node:timers/promises';
import { useTestDatabase } from '@vici/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { type AccountTables, CREATE_ACCOUNTS } from '../test/account-tables.fixture.js';
import { sql } from './sql.js';
import { TransactionDoomedError, TransactionEndedError } from './transaction-scope.js';

const test = useTestDatabase<AccountTables>();

async function balance(id: number): Promise<bigint> {
  const row = await test.database.query
    .selectFrom('account')
    .select('balance')
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  return row.balance;
}

async function setBalance(id: number, value: bigint): Promise<void> {
  await test.database.query.updateTable('account').set({ balance: value }).where('id', '=', id).execute();
}

/** Lets `expected` callers go on together once all of them have arrived; who comes later passes. */
function meetingOf(expected: number): () => Promise<void> {
  const all = Promise.withResolvers<void>();
  let arrived = 0;
  return async () => {
    arrived += 1;
    if (arrived === expected) all.resolve();
    await all.promise;
  };
}

beforeEach(async () => {
  await test.database.pool.query(CREATE_ACCOUNTS);
});

describe('transaction', () => {
  it('commits everything its work wrote and gives back its result', async () => {
    const result = await test.database.transaction(async () => {
      await setBalance(1, 10n);
      await setBalance(2, 190n);
      return 'moved';
    });
    expect(result).toBe('moved');
    expect([await balance(1), await balance(2)]).toEqual([10n, 190n]);
  });

  it('rolls everything back and throws the same error when its work fails', async () => {
    const failure = new Error('no');
    const work = test.database.transaction(async () => {
      await setBalance(1, 10n);
      throw failure;
    });
    await expect(work).rejects.toBe(failure);
    expect(await balance(1)).toBe(100n);
  });

  it('is seen by nobody else before it commits', async () => {
    await test.database.transaction(async () => {
      await setBalance(1, 10n);
      expect(await test.database.outsideTransaction(() => balance(1))).toBe(100n);
      expect(await balance(1)).toBe(10n);
    });
  });

  it('keeps what was written outside it when it rolls back', async () => {
    const work = test.database.transaction(async () => {
      await setBalance(1, 10n);
      await test.database.outsideTransaction(() => setBalance(2, 20n));
      throw new Error('no');
    });
    await expect(work).rejects.toThrow('no');
    expect([await balance(1), await balance(2)]).toEqual([100n, 20n]);
  });

  it('keeps concurrent transactions of one process apart', async () => {
    const bothWritten = meetingOf(2);
    const bothRead = meetingOf(2);
    const seenOfTheOther = await Promise.all(
      [1, 2].map((id) =>
        test.database.transaction(async () => {
          await setBalance(id, BigInt(id));
          await bothWritten();
          const other = await balance(3 - id);
          await bothRead();
          return other;
        }),
      ),
    );
    expect(seenOfTheOther).toEqual([100n, 100n]);
    expect([await balance(1), await balance(2)]).toEqual([1n, 2n]);
  });

  it('runs in the isolation level asked for', async () => {
    const level = (options: object) =>
      test.database.transaction(async () => {
        const { rows } = await sql<{ transaction_isolation: string }>`show transaction_isolation`.execute(
          test.database.query,
        );
        return rows[0]?.transaction_isolation;
      }, options);
    expect(await level({})).toBe('read committed');
    expect(await level({ isolation: 'serializable' })).toBe('serializable');
  });

  it('fails instead of pretending to commit when a failed statement was ignored', async () => {
    const work = test.database.transaction(async () => {
      await setBalance(2, 5n);
      await setBalance(1, -1n).catch(() => undefined);
    });
    await expect(work).rejects.toThrow();
    expect(await balance(2)).toBe(100n);
  });

  it('sends what it is given at the same moment one after the other, in the order of asking', async () => {
    const { query } = test.database;
    await test.database.transaction(async () => {
      await Promise.all([1n, 2n, 3n].map((value) => setBalance(1, value)));
      expect(await balance(1)).toBe(3n);
    });
    const { signal } = new AbortController();
    const { rows } = await sql`select balance from account where id = 1`.execute(query, { signal });
    expect(rows).toEqual([{ balance: 3n }]);
  });

  it('says whether one is open', async () => {
    expect(test.database.inTransaction).toBe(false);
    await test.database.transaction(async () => {
      expect(test.database.inTransaction).toBe(true);
      expect(test.database.outsideTransaction(() => test.database.inTransaction)).toBe(false);
    });
    expect(test.database.inTransaction).toBe(false);
  });
});

describe('a nested transaction', () => {
  it('joins the outer one and goes with it', async () => {
    const work = test.database.transaction(async () => {
      await test.database.transaction(() => setBalance(1, 10n));
      throw new Error('outer');
    });
    await expect(work).rejects.toThrow('outer');
    expect(await balance(1)).toBe(100n);
  });

  it('dooms the outer one when it fails after writing, even if the error is caught', async () => {
    const work = test.database.transaction(async () => {
      await setBalance(2, 5n);
      await test.database
        .transaction(async () => {
          await setBalance(1, 10n);
          throw new Error('half done');
        })
        .catch(() => undefined);
    });
    await expect(work).rejects.toBeInstanceOf(TransactionDoomedError);
    expect([await balance(1), await balance(2)]).toEqual([100n, 100n]);
  });

  it('may fail before writing without harm to the outer one', async () => {
    await test.database.transaction(async () => {
      await setBalance(2, 5n);
      const refused = test.database.transaction(async () => {
        await balance(1);
        throw new Error('refused');
      });
      await expect(refused).rejects.toThrow('refused');
    });
    expect(await balance(2)).toBe(5n);
  });

  it('cannot ask for more isolation than the outer one has', async () => {
    const work = test.database.transaction(() =>
      test.database.transaction(() => balance(1), { isolation: 'serializable' }),
    );
    await expect(work).rejects.toThrow(
      "A 'serializable' transaction cannot join one that is only 'read committed'",
    );
  });
});

describe('retries', () => {
  it('runs the loser of a real deadlock again', async () => {
    const meet = meetingOf(2);
    let runs = 0;
    const addInOrder = (first: number, second: number) =>
      test.database.transaction(async () => {
        runs += 1;
        const add = (id: number) =>
          sql`update account set balance = balance + 1 where id = ${id}`.execute(test.database.query);
        await add(first);
        await meet();
        await add(second);
      });
    await Promise.all([addInOrder(1, 2), addInOrder(2, 1)]);
    expect(runs).toBe(3);
    expect([await balance(1), await balance(2)]).toEqual([102n, 102n]);
  });

  it('runs a serialization failure again, so that no write is lost', async () => {
    const meet = meetingOf(2);
    let runs = 0;
    const takeHalf = () =>
      test.database.transaction(
        async () => {
          runs += 1;
          const before = await balance(1);
          await meet();
          await setBalance(1, before / 2n);
        },
        { isolation: 'repeatable read' },
      );
    await Promise.all([takeHalf(), takeHalf()]);
    expect(runs).toBe(3);
    expect(await balance(1)).toBe(25n);
  });

  it('gives up after three retries', async () => {
    let runs = 0;
    const work = test.database.transaction(async () => {
      runs += 1;
      await sql`do $$ begin raise exception 'again' using errcode = '40001'; end $$`.execute(
        test.database.query,
      );
    });
    await expect(work).rejects.toMatchObject({ code: '40001' });
    expect(runs).toBe(4);
  });

  it('does not run other failures again', async () => {
    let runs = 0;
    const work = test.database.transaction(async () => {
      runs += 1;
      await setBalance(1, -1n);
    });
    await expect(work).rejects.toMatchObject({ code: '23514' });
    expect(runs).toBe(1);
  });
});

describe('work that outlives its transaction', () => {
  async function leak(use: () => Promise<unknown>): Promise<unknown> {
    const ended = Promise.withResolvers<void>();
    let leaked: Promise<unknown> | undefined;
    await test.database.transaction(async () => {
      leaked = ended.promise.then(use).catch((error: unknown) => error);
    });
    ended.resolve();
    return await leaked;
  }

  it('cannot query', async () => {
    expect(await leak(() => setBalance(1, 0n))).toBeInstanceOf(TransactionEndedError);
    expect(await balance(1)).toBe(100n);
  });

  it('cannot use a query object taken before the end', async () => {
    const ended = Promise.withResolvers<void>();
    let leaked: Promise<unknown> | undefined;
    await test.database.transaction(async () => {
      const query = test.database.query.updateTable('account').set({ balance: 0n }).where('id', '=', 1);
      leaked = ended.promise.then(() => query.execute()).catch((error: unknown) => error);
    });
    ended.resolve();
    expect(await leaked).toBeInstanceOf(Error);
    expect(await balance(1)).toBe(100n);
  });

  it('cannot open another transaction or wait for a commit', async () => {
    expect(await leak(() => test.database.transaction(() => setBalance(1, 0n)))).toBeInstanceOf(
      TransactionEndedError,
    );
    expect(await leak(async () => test.database.afterCommit(() => undefined))).toBeInstanceOf(
      TransactionEndedError,
    );
    expect(await balance(1)).toBe(100n);
  });

  it('may go on outside the transaction', async () => {
    expect(await leak(() => test.database.outsideTransaction(() => setBalance(1, 7n)))).toBeUndefined();
    expect(await balance(1)).toBe(7n);
  });
});

describe('afterCommit', () => {
  it('runs in order after the commit and before the transaction resolves', async () => {
    const seen: (bigint | string)[] = [];
    await test.database.transaction(async () => {
      test.database.afterCommit(async () => {
        expect(test.database.inTransaction).toBe(false);
        seen.push(await balance(1));
      });
      test.database.afterCommit(() => {
        seen.push('second');
      });
      await setBalance(1, 42n);
      seen.push('written');
    });
    expect(seen).toEqual(['written', 42n, 'second']);
  });

  it('does not run after a rollback', async () => {
    let ran = false;
    const work = test.database.transaction(async () => {
      test.database.afterCommit(() => {
        ran = true;
      });
      throw new Error('no');
    });
    await expect(work).rejects.toThrow('no');
    await sleep(5);
    expect(ran).toBe(false);
  });

  it('runs once although the work was retried', async () => {
    let runs = 0;
    let callbacks = 0;
    await test.database.transaction(async () => {
      runs += 1;
      test.database.afterCommit(() => {
        callbacks += 1;
      });
      if (runs === 1) {
        await sql`do $$ begin raise exception 'again' using errcode = '40P01'; end $$`.execute(
          test.database.query,
        );
      }
    });
    expect([runs, callbacks]).toEqual([2, 1]);
  });

  it('cannot fail the transaction, nor the callbacks behind it', async () => {
    let second = false;
    const result = await test.database.transaction(async () => {
      test.database.afterCommit(() => Promise.reject(new Error('mail server down')));
      test.database.afterCommit(() => {
        second = true;
      });
      return 'committed';
    });
    expect([result, second]).toEqual(['committed', true]);
  });

  it('runs at once where no transaction is open', async () => {
    let ran = false;
    test.database.afterCommit(() => {
      ran = true;
    });
    expect(ran).toBe(true);
  });
});
