import { isConnectionFault } from '@vici/database';
import { ERROR_TABLE, isDomainError } from '@vici/utils';

/**
 * What a failure says about trying again: `unavailable` – something the handler needs is down, the message
 * itself is healthy; `final` – the same input gives the same refusal; `ordinary` – anything else.
 */
export type FailureKind = 'unavailable' | 'final' | 'ordinary';

const UNAVAILABLE_CODES: ReadonlySet<string> = new Set(['SERVICE_UNAVAILABLE', 'RATE_LIMITED']);

/** ioredis has no codes for these. */
const REDIS_NAMES: ReadonlySet<string> = new Set(['MaxRetriesPerRequestError']);
const REDIS_SENTENCES = /^(connection is closed|command timed out|stream isn't writeable)/i;

const CAUSE_DEPTH = 5;

/** Judges what a handler threw, by itself and by its causes. */
export function failureKind(error: unknown): FailureKind {
  let current = error;
  for (let depth = 0; depth < CAUSE_DEPTH && current instanceof Error; depth += 1) {
    if (isUnavailable(current)) return 'unavailable';
    current = current.cause;
  }
  return isDomainError(error) && !ERROR_TABLE[error.code].retryable ? 'final' : 'ordinary';
}

function isUnavailable(error: Error): boolean {
  if (isDomainError(error)) return UNAVAILABLE_CODES.has(error.code);
  return isConnectionFault(error) || REDIS_NAMES.has(error.name) || REDIS_SENTENCES.test(error.message);
}
