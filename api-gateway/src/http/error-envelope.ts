import { HttpException } from '@nestjs/common';
import { DomainError, ERROR_TABLE, type ErrorCode, invalidField, isDomainError } from '@vici/utils';

/** The body of every failure. */
export interface ErrorEnvelope {
  readonly success: false;
  readonly statusCode: number;
  readonly error: ErrorCode;
  readonly message: string;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly requestId: string;
  readonly path: string;
  readonly timestamp: string;
}

/** Failures of Vici itself: the client learns that they happened, never where or why. */
const VEILED: ReadonlyMap<ErrorCode, string> = new Map([
  ['INTERNAL', 'Something went wrong on our side.'],
  ['SERVICE_UNAVAILABLE', 'This part of the shop is not available right now; try again shortly.'],
  ['DEADLINE_EXCEEDED', 'This took too long; try again.'],
]);

/** Whatever was thrown, as the failure a client may see. Anything unexpected becomes INTERNAL without its text. */
export function publicFailure(error: unknown): DomainError {
  if (isDomainError(error)) {
    const veil = VEILED.get(error.code);
    return veil === undefined
      ? error
      : new DomainError(error.code, veil, whenToComeAgain(error), { cause: error });
  }
  return fromHttp(error) ?? veiledInternal(error);
}

/** The one detail of a veiled failure that is for the client. */
function whenToComeAgain({ details }: DomainError): { readonly retryAfterSeconds: number } | undefined {
  const retryAfterSeconds = details?.['retryAfterSeconds'];
  return typeof retryAfterSeconds === 'number' ? { retryAfterSeconds } : undefined;
}

/** The body for a failure. */
export function errorEnvelope(
  failure: DomainError,
  place: { readonly requestId: string; readonly path: string; readonly now: Date },
): ErrorEnvelope {
  return {
    success: false,
    statusCode: ERROR_TABLE[failure.code].http,
    error: failure.code,
    message: failure.message,
    ...(failure.details !== undefined && { details: failure.details }),
    requestId: place.requestId,
    path: place.path,
    timestamp: place.now.toISOString(),
  };
}

function veiledInternal(cause: unknown): DomainError {
  return new DomainError('INTERNAL', VEILED.get('INTERNAL') ?? '', undefined, { cause });
}

/** What Fastify refuses before a handler runs, bare or as the adapter wraps it. */
function fromHttp(error: unknown): DomainError | undefined {
  if (error instanceof HttpException) {
    return ofStatus(error.getStatus(), fastifyCode(error.cause));
  }
  const status: unknown = error instanceof Error ? Reflect.get(error, 'statusCode') : undefined;
  return typeof status === 'number' ? ofStatus(status, fastifyCode(error)) : undefined;
}

function fastifyCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}

function ofStatus(status: number, code: string | undefined): DomainError | undefined {
  switch (status) {
    case 404:
    case 405:
      return new DomainError('ROUTE_NOT_FOUND', 'There is no such endpoint.');
    case 413:
      return new DomainError('PAYLOAD_TOO_LARGE', 'The body is larger than 1 MB.');
    case 414:
      return invalidField('path', 'is too long');
    case 415:
      return new DomainError('UNSUPPORTED_MEDIA_TYPE', 'Send the body as application/json.');
    case 400:
      return code === 'FST_ERR_BAD_URL'
        ? invalidField('path', 'is not a valid URL')
        : invalidField('body', 'is not valid JSON');
    default:
      return undefined;
  }
}
