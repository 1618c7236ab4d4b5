import type { Snapshots } from './books.ts';

/** Where an invariant does not hold. */
export interface Violation {
  /** Which one. */
  readonly invariant: string;
  /** The order, payment, SKU or event it is about. */
  readonly subject: string;
  /** What was found, in a sentence. */
  readonly detail: string;
}

/** What is looked at. */
export interface Scope {
  /** Orders and payments from here on. */
  readonly since: Date;
  /** What changed later than this is still on its way. */
  readonly settledBefore: Date;
}

/** Something that is always true of the shop, whatever died when. */
export interface Invariant {
  readonly name: string;
  check(snapshots: Snapshots, scope: Scope): Promise<Violation[]>;
}

/** Declares an invariant by what breaks it: each row that is found is a violation. */
export function defineInvariant(
  name: string,
  find: (snapshots: Snapshots, scope: Scope) => Promise<readonly Omit<Violation, 'invariant'>[]>,
): Invariant {
  return {
    name,
    check: async (snapshots, scope) =>
      (await find(snapshots, scope)).map((violation) => ({ ...violation, invariant: name })),
  };
}

/** A row whose columns are a violation already. */
export interface Found {
  readonly subject: string;
  readonly detail: string;
}
