import type { LocalStack } from '@vici/local';
import { eventually } from '@vici/testing';
import { expect } from 'vitest';
import { BOOKS, type Book } from '../invariants/books.ts';
import { verifyInvariants } from '../invariants/verify-invariants.ts';

/** How long the shop may take to come to rest. */
const TO_REST_MS = 60_000;

/** Waits until the shop has come to rest, and then finds every invariant to hold. */
export async function expectInvariantsToHold(stack: LocalStack): Promise<void> {
  const urls = Object.fromEntries(BOOKS.map((book) => [book, stack.endpoints.databaseUrl(book)]));
  await eventually(
    async () => {
      const { violations } = await verifyInvariants(urls as Record<Book, string>, { settledForMs: 0 });
      expect(violations).toEqual([]);
    },
    { timeoutMs: TO_REST_MS, intervalMs: 500 },
  );
}
