import { invalidField } from '@vici/utils';

/**
 * JSON a client sent, without any `__proto__` key: assigned carelessly, one would change the prototype of an object.
 * @throws DomainError VALIDATION_FAILED when it is not JSON
 */
export function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text, (key, entry: unknown) =>
      key === '__proto__' ? undefined : entry,
    );
    return value;
  } catch {
    throw invalidField('body', 'is not valid JSON');
  }
}
