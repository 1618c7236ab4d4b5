import { type Book, withSnapshots } from './books.ts';
import { eventInvariants } from './event.invariants.ts';
import { figureInvariants } from './figure.invariants.ts';
import type { Violation } from './invariant.ts';
import { paymentInvariants } from './payment.invariants.ts';
import { stockInvariants } from './stock.invariants.ts';

const DAY_MS = 86_400_000;
const DEFAULT_DAYS = 30;
const DEFAULT_SETTLED_MS = 120_000;

/** What to look at. */
export interface VerifyOptions {
  /** Orders and payments from here on; thirty days back where it is missing. */
  readonly since?: Date;
  /** What changed in the last so many milliseconds is still on its way; two minutes where it is missing. */
  readonly settledForMs?: number;
}

/** What was found. */
export interface InvariantReport {
  /** Names of the invariants that hold. */
  readonly held: readonly string[];
  readonly violations: readonly Violation[];
}

/** Checks everything that is always true of the shop. Reads only; safe on a shop that is open. */
export async function verifyInvariants(
  urls: Readonly<Record<Book, string>>,
  { since, settledForMs = DEFAULT_SETTLED_MS }: VerifyOptions = {},
): Promise<InvariantReport> {
  const now = Date.now();
  const scope = {
    since: since ?? new Date(now - DEFAULT_DAYS * DAY_MS),
    settledBefore: new Date(now - settledForMs),
  };
  return await withSnapshots(urls, async (snapshots) => {
    const held: string[] = [];
    const violations: Violation[] = [];
    for (const invariant of [
      ...stockInvariants,
      ...paymentInvariants,
      ...eventInvariants,
      ...figureInvariants,
    ]) {
      const found = await invariant.check(snapshots, scope);
      if (found.length === 0) held.push(invariant.name);
      violations.push(...found);
    }
    return { held, violations };
  });
}
