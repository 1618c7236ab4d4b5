import type { LocalStack } from '@vici/local';
import { eventually } from '@vici/testing';
import { expect } from 'vitest';
import { BOOKS, type Book } from '../invariants/books.ts';
import type { Violation } from '../invariants/invariant.ts';
import { verifyInvariants } from '../invariants/verify-invariants.ts';

/** How long the shop may take to come to rest. */
const TO_REST_MS = 60_000;

/** Waits until the shop has come to rest, and then finds every invariant to hold. */
export async function expectInvariantsToHold(stack: LocalStack): Promise<void> {
  await eventually(async () => expect(await brokenInvariants(stack)).toEqual([]), {
    timeoutMs: TO_REST_MS,
    intervalMs: 500,
  });
}

/** Where an invariant of the stack does not hold now. */
export async function brokenInvariants(stack: LocalStack): Promise<readonly Violation[]> {
  const urls = Object.fromEntries(BOOKS.map((book) => [book, stack.endpoints.databaseUrl(book)]));
  return (await verifyInvariants(urls as Record<Book, string>, { settledForMs: 0 })).violations;
}
