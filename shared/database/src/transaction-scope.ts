import type { CompiledQuery, Transaction } from 'kysely';

/** Isolation levels of PostgreSQL that differ from one another. */
export type IsolationLevel = 'read committed' | 'repeatable read' | 'serializable';

const STRICTNESS: Readonly<Record<IsolationLevel, number>> = {
  'read committed': 0,
  'repeatable read': 1,
  serializable: 2,
};

/** The database was used by a branch of work that outlived its transaction: a promise somebody did not await. */
export class TransactionEndedError extends Error {
  override readonly name = 'TransactionEndedError';
  constructor() {
    super(
      'The transaction of this asynchronous context has ended: await everything it starts, or start it with outsideTransaction()',
    );
  }
}

/** A nested transaction failed after it had written, its caller went on, and committing would keep half of it. */
export class TransactionDoomedError extends Error {
  override readonly name = 'TransactionDoomedError';
  constructor(cause: unknown) {
    super('A nested transaction failed after writing, so the transaction it joined cannot commit', { cause });
  }
}

function mayWrite(statement: CompiledQuery): boolean {
  return statement.query.kind !== 'SelectQueryNode' || statement.query.with !== undefined;
}

/** One open transaction: what the asynchronous context carries while its work runs. */
export class TransactionScope<DB> {
  readonly afterCommit: (() => void | Promise<void>)[] = [];
  readonly #query: Transaction<DB>;
  readonly #isolation: IsolationLevel;
  #ended = false;
  #writes = 0;
  #doomedBy: { readonly cause: unknown } | undefined;

  constructor(query: Transaction<DB>, isolation: IsolationLevel) {
    this.#query = query;
    this.#isolation = isolation;
  }

  get open(): boolean {
    return !this.#ended;
  }

  /** @throws TransactionEndedError when the transaction is over */
  get query(): Transaction<DB> {
    this.assertOpen();
    return this.#query;
  }

  assertOpen(): void {
    if (this.#ended) throw new TransactionEndedError();
  }

  /** Counts statements that may have written, so that a nested failure knows whether it left something behind. */
  note(statement: CompiledQuery): void {
    if (mayWrite(statement)) this.#writes += 1;
  }

  /** Runs the outermost work; whatever is still running when it settles finds the scope ended. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    try {
      const result = await work();
      if (this.#doomedBy !== undefined) throw new TransactionDoomedError(this.#doomedBy.cause);
      return result;
    } finally {
      this.#ended = true;
    }
  }

  /** Runs nested work inside this transaction. */
  async join<T>(work: () => Promise<T>, isolation: IsolationLevel | undefined): Promise<T> {
    this.assertOpen();
    if (isolation !== undefined && STRICTNESS[isolation] > STRICTNESS[this.#isolation]) {
      throw new Error(`A '${isolation}' transaction cannot join one that is only '${this.#isolation}'`);
    }
    const writesBefore = this.#writes;
    try {
      return await work();
    } catch (error) {
      if (this.#writes !== writesBefore) this.#doomedBy ??= { cause: error };
      throw error;
    }
  }
}
