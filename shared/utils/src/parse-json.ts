import { invalidField } from './domain/errors.js';

/** The key as it is, or with an underscore written as an escape. */
const MAY_HAVE_PROTO = /__proto__|\\u005f/i;

/**
 * JSON a client sent, without any `__proto__` key: assigned carelessly, one would change the prototype of an object.
 * @throws DomainError VALIDATION_FAILED when it is not JSON
 */
export function parseJson(text: string): unknown {
  try {
    // The reviver costs several times the parse, so only a text that needs it pays for it.
    const value: unknown = MAY_HAVE_PROTO.test(text) ? JSON.parse(text, withoutProto) : JSON.parse(text);
    return value;
  } catch {
    throw invalidField('body', 'is not valid JSON');
  }
}

function withoutProto(key: string, value: unknown): unknown {
  return key === '__proto__' ? undefined : value;
}
