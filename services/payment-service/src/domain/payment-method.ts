import { invalidField } from '@vici/utils/domain';

const MAX_LENGTH = 200;
const CARD_NUMBER = /^\d{12,19}$/;

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
  if (looksLikeCardNumber(method)) {
    throw invalidField('paymentMethod', 'must be a token of the payment provider, never a card number');
  }
  return method;
}

function looksLikeCardNumber(text: string): boolean {
  const digits = text.replace(/[\s-]/g, '');
  return CARD_NUMBER.test(digits) && passesLuhn(digits);
}

/** The check digit of card numbers: ISO/IEC 7812-1, annex B. */
function passesLuhn(digits: string): boolean {
  const sum = [...digits].reverse().reduce((total, digit, index) => {
    const value = Number(digit) * (index % 2 === 1 ? 2 : 1);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}
