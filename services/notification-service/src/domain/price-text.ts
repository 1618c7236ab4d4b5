import { Money } from '@vici/utils/domain';
import type { Language } from './language.js';

const LOCALES: Readonly<Record<Language, string>> = { en: 'en-US', vi: 'vi-VN' };

/** An amount as events carry it. */
export interface Price {
  readonly amountMinor: number;
  readonly currency: string;
}

/**
 * An amount as a reader of the language expects it: "$24.90", "24,90 US$". Exact: the digits never pass through a float.
 * @throws DomainError VALIDATION_FAILED when the currency does not have the form of an ISO 4217 code
 */
export function priceText(amount: Price, language: Language = 'en'): string {
  const money = Money.of(amount.amountMinor, amount.currency);
  const decimal = money.toDecimalString();
  if (!isDecimal(decimal)) throw new TypeError('An amount of money has no decimal form');
  return formatOf(LOCALES[language], money.currency).format(decimal);
}

/** Making one takes longer than all else about a mail. */
const formats = new Map<string, Intl.NumberFormat>();

function formatOf(locale: string, currency: string): Intl.NumberFormat {
  const key = `${locale} ${currency}`;
  const format = formats.get(key) ?? new Intl.NumberFormat(locale, { style: 'currency', currency });
  formats.set(key, format);
  return format;
}

function isDecimal(text: string): text is `${number}` {
  return /^-?\d+(\.\d+)?$/.test(text);
}
