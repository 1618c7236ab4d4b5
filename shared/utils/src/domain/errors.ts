/**
 * What one error code means on each protocol.
 * `retryable`: the same request, unchanged, may succeed if it is sent again after a wait.
 */
export interface ErrorMapping {
  /** gRPC status code (numbers of https://grpc.io/docs/guides/status-codes/). */
  readonly grpc: number;
  /** HTTP status code. */
  readonly http: number;
  readonly retryable: boolean;
}

const GRPC = {
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  ALREADY_EXISTS: 6,
  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  FAILED_PRECONDITION: 9,
  ABORTED: 10,
  INTERNAL: 13,
  UNAVAILABLE: 14,
  UNAUTHENTICATED: 16,
} as const;

function mapping(grpc: keyof typeof GRPC, http: number, retryable = false): ErrorMapping {
  return { grpc: GRPC[grpc], http, retryable };
}

/** The one table from error code to gRPC status and HTTP status. */
export const ERROR_TABLE = {
  VALIDATION_FAILED: mapping('INVALID_ARGUMENT', 400),
  WEAK_PASSWORD: mapping('INVALID_ARGUMENT', 400),
  UNAUTHENTICATED: mapping('UNAUTHENTICATED', 401),
  INVALID_CREDENTIALS: mapping('UNAUTHENTICATED', 401),
  INVALID_TOKEN: mapping('UNAUTHENTICATED', 401),
  TOKEN_EXPIRED: mapping('UNAUTHENTICATED', 401),
  SESSION_ENDED: mapping('UNAUTHENTICATED', 401),
  PAYMENT_DECLINED: mapping('FAILED_PRECONDITION', 402),
  ACCOUNT_BLOCKED: mapping('PERMISSION_DENIED', 403),
  EMAIL_NOT_VERIFIED: mapping('FAILED_PRECONDITION', 403),
  FORBIDDEN: mapping('PERMISSION_DENIED', 403),
  NOT_FOUND: mapping('NOT_FOUND', 404),
  ROUTE_NOT_FOUND: mapping('NOT_FOUND', 404),
  ALREADY_EXISTS: mapping('ALREADY_EXISTS', 409),
  EMAIL_TAKEN: mapping('ALREADY_EXISTS', 409),
  CONFLICT: mapping('ABORTED', 409),
  AMOUNT_MISMATCH: mapping('FAILED_PRECONDITION', 409),
  IDEMPOTENCY_KEY_REUSED: mapping('FAILED_PRECONDITION', 409),
  REQUEST_IN_PROGRESS: mapping('ABORTED', 409, true),
  INSUFFICIENT_STOCK: mapping('FAILED_PRECONDITION', 409),
  PRODUCT_UNAVAILABLE: mapping('FAILED_PRECONDITION', 409),
  CART_EMPTY: mapping('FAILED_PRECONDITION', 409),
  INVALID_TRANSITION: mapping('FAILED_PRECONDITION', 409),
  PAYMENT_INTENT_USED: mapping('FAILED_PRECONDITION', 409),
  RESERVATION_EXPIRED: mapping('FAILED_PRECONDITION', 409),
  VERSION_MISMATCH: mapping('ABORTED', 412),
  PAYLOAD_TOO_LARGE: mapping('INVALID_ARGUMENT', 413),
  UNSUPPORTED_MEDIA_TYPE: mapping('INVALID_ARGUMENT', 415),
  COUPON_INVALID: mapping('FAILED_PRECONDITION', 422),
  LIMIT_EXCEEDED: mapping('FAILED_PRECONDITION', 422),
  ACCOUNT_LOCKED: mapping('PERMISSION_DENIED', 423),
  RATE_LIMITED: mapping('RESOURCE_EXHAUSTED', 429, true),
  INTERNAL: mapping('INTERNAL', 500),
  SERVICE_UNAVAILABLE: mapping('UNAVAILABLE', 503, true),
  DEADLINE_EXCEEDED: mapping('DEADLINE_EXCEEDED', 504, true),
} as const satisfies Readonly<Record<string, ErrorMapping>>;

/** A code of {@link ERROR_TABLE}: what callers and clients decide on. */
export type ErrorCode = keyof typeof ERROR_TABLE;

/** Facts about a failure that are safe to show to the client. */
export type ErrorDetails = Readonly<Record<string, unknown>>;

/**
 * An expected failure of the business: a code for programs, a sentence for people, safe details for both.
 * It crosses service boundaries unchanged, so neither message nor details may hold secrets or personal data.
 */
export class DomainError extends Error {
  override readonly name = 'DomainError';
  readonly code: ErrorCode;
  declare readonly details?: ErrorDetails;

  constructor(code: ErrorCode, message: string, details?: ErrorDetails, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
    if (details !== undefined) {
      this.details = details;
    }
  }
}

/** One bad field of a request. */
export interface FieldFault {
  readonly field: string;
  readonly message: string;
}

/** VALIDATION_FAILED for one field; details `{fields: [{field, message}]}`. */
export function invalidField(field: string, message: string): DomainError {
  return invalidFields([{ field, message }]);
}

/** VALIDATION_FAILED for every bad field at once; details `{fields}`. */
export function invalidFields(fields: readonly FieldFault[]): DomainError {
  const listed = fields.map(({ field, message }) => `${field}: ${message}`).join('; ');
  return new DomainError('VALIDATION_FAILED', `The request is not valid (${listed}).`, {
    fields: fields.map(({ field, message }) => ({ field, message })),
  });
}

/** NOT_FOUND; details `{entity, id}`. */
export function notFound(entity: string, id: string): DomainError {
  return new DomainError('NOT_FOUND', `${entity} ${id} was not found.`, { entity, id });
}

/** Whether a caught value is a {@link DomainError}, and, when a code is given, of that code. */
export function isDomainError(error: unknown, code?: ErrorCode): error is DomainError {
  return error instanceof DomainError && (code === undefined || error.code === code);
}

/** Whether a string received from elsewhere is a code of {@link ERROR_TABLE}. */
export function isErrorCode(value: string): value is ErrorCode {
  return Object.hasOwn(ERROR_TABLE, value);
}
