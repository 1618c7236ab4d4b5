import { type Caller, newId, runInContext } from '@vici/utils';

/**
 * Runs `fn` in a request of `caller`. The role defaults to customer for a caller with a user id, else to anonymous.
 */
export function asCaller<T>(caller: Partial<Caller>, fn: () => T): T {
  const role = caller.userId === undefined ? 'anonymous' : 'customer';
  return runInContext({ requestId: newId(), caller: { role, ...caller } }, fn);
}
