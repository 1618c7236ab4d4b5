import { DomainError } from '../domain/errors.js';

/**
 * How one attempt of a call ended.
 * - `answered`: the service decided, with a response or with an error of its own.
 * - `unreachable`: no answer, or not in time. What retries and the circuit breaker look at.
 * - `refused`: the circuit breaker let no attempt through.
 * - `cancelled`: this side gave up; it says nothing about the service.
 */
export type CallOutcome =
  | { readonly ok: true; readonly response: unknown }
  | {
      readonly ok: false;
      readonly error: DomainError;
      readonly kind: 'answered' | 'unreachable' | 'refused' | 'cancelled';
    };

/** A failed attempt. */
export type CallFailure = Extract<CallOutcome, { ok: false }>;

/** "ProductService" as people say it: "Product service". */
export function spokenName(definition: { readonly name: string }): string {
  const words = definition.name
    .replace(/Service$/, '')
    .replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, ' ')
    .toLowerCase();
  return `${words.charAt(0).toUpperCase()}${words.slice(1)} service`;
}

/** The upstream did not answer at all. */
export function unavailable(definition: { readonly name: string }, cause?: unknown): CallFailure {
  const message = `${spokenName(definition)} is unavailable.`;
  const error = new DomainError('SERVICE_UNAVAILABLE', message, undefined, { cause });
  return { ok: false, error, kind: 'unreachable' };
}

/** The upstream did not answer in time. */
export function deadlineExceeded(definition: { readonly name: string }, cause?: unknown): CallFailure {
  const message = `${spokenName(definition)} did not answer in time.`;
  const error = new DomainError('DEADLINE_EXCEEDED', message, undefined, { cause });
  return { ok: false, error, kind: 'unreachable' };
}

/** The caller's signal was aborted. */
export function cancelled(definition: { readonly name: string }, cause?: unknown): CallFailure {
  const message = `The call to the ${spokenName(definition).toLowerCase()} was cancelled.`;
  const error = new DomainError('INTERNAL', message, undefined, { cause });
  return { ok: false, error, kind: 'cancelled' };
}

/** An error the service itself reported. Its own missed deadline counts as no answer. */
export function answered(error: DomainError): CallFailure {
  const kind = error.code === 'DEADLINE_EXCEEDED' ? 'unreachable' : 'answered';
  return { ok: false, error, kind };
}
