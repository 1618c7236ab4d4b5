import { invalidField } from '@vici/utils/domain';

const TOKEN_PATTERN = /^[A-Za-z0-9_.:-]{1,255}$/;
const SEPARATORS = /[\s.:_-]/g;
const ONLY_DIGITS = /^\d{12,19}$/;
const DIGIT_RUN = /\d{12,19}/g;

/**
 * A payment provider's token such as `pm_card_visa`. What looks like a card number is refused before anything
 * can keep it, and the error never repeats it.
 * @throws DomainError VALIDATION_FAILED naming `paymentMethod`
 */
export function parsePaymentMethod(value: string): string {
  if (looksLikeCardNumber(value)) {
    throw invalidField('paymentMethod', 'must be a token of the payment provider, never a card number');
  }
  if (!TOKEN_PATTERN.test(value)) {
    throw invalidField('paymentMethod', 'must be a token of the payment provider');
  }
  return value;
}

function looksLikeCardNumber(value: string): boolean {
  const compact = value.replace(SEPARATORS, '');
  return ONLY_DIGITS.test(compact) || (compact.match(DIGIT_RUN) ?? []).some(passesLuhn);
}

/** The check digit of card numbers (ISO/IEC 7812-1, annex B). */
function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (const [index, digit] of [...digits].reverse().entries()) {
    const value = Number(digit) * (index % 2 === 1 ? 2 : 1);
    sum += value > 9 ? value - 9 : value;
  }
  return sum % 10 === 0;
}
