import { Money } from '@vici/utils/domain';

const LOCALE = 'en-US';

/**
 * An amount as an English reader expects it: "$24.90", "¥1,200". Exact: the digits never pass through a float.
 * @throws DomainError VALIDATION_FAILED when the currency does not have the form of an ISO 4217 code
 */
export function priceText(amount: { readonly amountMinor: number; readonly currency: string }): string {
  const money = Money.of(amount.amountMinor, amount.currency);
  const decimal = money.toDecimalString();
  if (!isDecimal(decimal)) throw new TypeError('An amount of money has no decimal form');
  return new Intl.NumberFormat(LOCALE, { style: 'currency', currency: money.currency }).format(decimal);
}

function isDecimal(text: string): text is `${number}` {
  return /^-?\d+(\.\d+)?$/.test(text);
}
