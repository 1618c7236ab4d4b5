import { DomainError } from '@vici/utils/domain';
import pg from 'pg';

/** SQLSTATE codes this package acts on: https://www.postgresql.org/docs/15/errcodes-appendix.html */
const SQLSTATE = {
  featureNotSupported: '0A000',
  unknownPreparedStatement: '26000',
  serializationFailure: '40001',
  deadlockDetected: '40P01',
  foreignKeyViolation: '23503',
  uniqueViolation: '23505',
  checkViolation: '23514',
  exclusionViolation: '23P01',
} as const;

/** Too many connections, shutting down, crashed, starting up. Class 08 (connection exceptions) counts as well. */
const UNAVAILABLE_STATES: ReadonlySet<string> = new Set(['53300', '57P01', '57P02', '57P03']);

const SOCKET_FAULTS: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOENT',
]);

/** The pg driver and its pool give these faults no code, only a sentence. */
const CONNECTION_SENTENCES =
  /^(connection terminated|timeout exceeded when trying to connect|timeout expired|client has encountered a connection error|client was closed|cannot use a pool after calling end|the server does not support ssl)/i;

const CAUSE_DEPTH = 5;

/** The error PostgreSQL answered with, found in `error` itself or among its causes; undefined when there is none. */
export function postgresErrorOf(error: unknown): pg.DatabaseError | undefined {
  let current = error;
  for (let depth = 0; depth < CAUSE_DEPTH && current instanceof Error; depth += 1) {
    if (current instanceof pg.DatabaseError) return current;
    current = current.cause;
  }
  return undefined;
}

function violates(code: string, error: unknown, constraint: string | undefined): boolean {
  const found = postgresErrorOf(error);
  return found?.code === code && (constraint === undefined || found.constraint === constraint);
}

/** True for a duplicate key, on `constraint` (constraint or unique index name) when one is given. */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  return violates(SQLSTATE.uniqueViolation, error, constraint);
}

/** True for a missing or still referenced row, on `constraint` when one is given. */
export function isForeignKeyViolation(error: unknown, constraint?: string): boolean {
  return violates(SQLSTATE.foreignKeyViolation, error, constraint);
}

/** True for a broken CHECK, on `constraint` when one is given. */
export function isCheckViolation(error: unknown, constraint?: string): boolean {
  return violates(SQLSTATE.checkViolation, error, constraint);
}

/** True for a broken EXCLUDE constraint, on `constraint` when one is given. */
export function isExclusionViolation(error: unknown, constraint?: string): boolean {
  return violates(SQLSTATE.exclusionViolation, error, constraint);
}

/**
 * True when a prepared plan no longer fits its table because a migration changed it, or was never made: the statement
 * that named it went out in one message with one that failed before.
 */
export function isStalePlan(error: unknown): boolean {
  const found = postgresErrorOf(error);
  return (
    found?.code === SQLSTATE.unknownPreparedStatement ||
    (found?.code === SQLSTATE.featureNotSupported && found.message.startsWith('cached plan must not change'))
  );
}

/** True when the same transaction, run again from its start, may succeed. */
export function isRetryable(error: unknown): boolean {
  const code = postgresErrorOf(error)?.code;
  return code === SQLSTATE.serializationFailure || code === SQLSTATE.deadlockDetected || isStalePlan(error);
}

function codeOf(error: Error): string | undefined {
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** True when the fault is the connection's, not the statement's: server down, refused, cut off, or the pool is full. */
export function isConnectionFault(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = codeOf(error);
  if (error instanceof pg.DatabaseError) {
    return code !== undefined && (UNAVAILABLE_STATES.has(code) || code.startsWith('08'));
  }
  return (code !== undefined && SOCKET_FAULTS.has(code)) || CONNECTION_SENTENCES.test(error.message);
}

/** Turns a connection fault into `SERVICE_UNAVAILABLE`, keeping it as the cause; gives any other error back as it is. */
export function translateConnectionFault(error: unknown): unknown {
  if (!isConnectionFault(error)) return error;
  return new DomainError('SERVICE_UNAVAILABLE', 'The database is unavailable', undefined, { cause: error });
}
