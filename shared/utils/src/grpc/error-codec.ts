import { z } from 'zod';
import { DomainError, isErrorCode } from '../domain/errors.js';

/** Trailing metadata that carries a domain error: UTF-8 JSON {code, message, details}. */
export const ERROR_TRAILER = 'vici-error-bin';

const MAX_BYTES = 8 * 1024;
const MAX_MESSAGE = 1024;

const wireError = z.object({
  code: z.string().refine(isErrorCode),
  message: z.string(),
  details: z.exactOptional(z.record(z.string(), z.unknown())),
});

/** At most 8 KB: an error whose details do not fit, or are not JSON, travels without them. bigint becomes a string. */
export function encodeError(error: DomainError): Buffer {
  const { code, details } = error;
  const message = error.message.slice(0, MAX_MESSAGE);
  const whole = details === undefined ? undefined : toJson({ code, message, details });
  if (whole !== undefined && Buffer.byteLength(whole) <= MAX_BYTES) {
    return Buffer.from(whole);
  }
  return Buffer.from(JSON.stringify({ code, message }));
}

/** Undefined when the bytes are not a domain error: the other side is not bound to be well behaved. */
export function decodeError(bytes: Uint8Array, cause?: unknown): DomainError | undefined {
  if (bytes.byteLength > MAX_BYTES) {
    return undefined;
  }
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return undefined;
  }
  const { data } = wireError.safeParse(json);
  if (data === undefined || !isErrorCode(data.code)) {
    return undefined;
  }
  return new DomainError(data.code, data.message, data.details, { cause });
}

function toJson(value: unknown): string | undefined {
  try {
    return JSON.stringify(value, (_key, field: unknown) =>
      typeof field === 'bigint' ? field.toString() : field,
    );
  } catch {
    // Circular details: the error still has to arrive, so it goes without them.
    return undefined;
  }
}
