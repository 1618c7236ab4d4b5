import { type FieldFault, holdsCardNumber, invalidFields } from '@vici/utils';

const SENTENCE = 'must not hold a card number: send the token of the payment provider';

/**
 * Refuses a request that carries the number of a payment card in any field, known or not, before anything can keep it.
 * The answer names the fields and repeats nothing.
 * @throws DomainError VALIDATION_FAILED
 */
export function refuseCardNumbers(input: unknown): void {
  const faults = [...carriers(input, [])];
  if (faults.length > 0) throw invalidFields(faults);
}

function* carriers(value: unknown, path: readonly string[]): Iterable<FieldFault> {
  if (typeof value === 'string' || typeof value === 'number') {
    if (holdsCardNumber(String(value))) yield { field: path.join('.') || 'body', message: SENTENCE };
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, entry] of Object.entries(value)) {
      // The number may be the name of a field: then its place says which.
      const name = holdsCardNumber(key) ? '*' : key;
      if (name === '*') yield { field: [...path, name].join('.'), message: SENTENCE };
      yield* carriers(entry, [...path, name]);
    }
  }
}
