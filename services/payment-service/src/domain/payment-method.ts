import { holdsCardNumber, invalidField } from '@vici/utils/domain';

const MAX_LENGTH = 200;

/**
 * A provider's token for a way to pay. What looks like a card number is refused, and never repeated in the answer:
 * card data must not come near this system.
 * @throws DomainError VALIDATION_FAILED
 */
export function checkedPaymentMethod(value: string): string {
  const method = value.trim();
  if (method === '' || method.length > MAX_LENGTH) {
    throw invalidField('paymentMethod', `must have 1 to ${MAX_LENGTH} characters`);
  }
  if (holdsCardNumber(method)) {
    throw invalidField('paymentMethod', 'must be a token of the payment provider, never a card number');
  }
  return method;
}
