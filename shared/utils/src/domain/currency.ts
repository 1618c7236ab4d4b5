import { invalidField } from './errors.js';

/** ISO 4217 currencies whose minor unit is not a hundredth: code to number of decimals. */
const EXPONENTS: ReadonlyMap<string, number> = new Map([
  ...['BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG'].map(zero),
  ...['RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF', 'XPF'].map(zero),
  ...['BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND'].map(three),
  ['CLF', 4],
  ['UYW', 4],
]);

const DEFAULT_EXPONENT = 2;
const CURRENCY_PATTERN = /^[A-Z]{3}$/;

function zero(code: string): [string, number] {
  return [code, 0];
}

function three(code: string): [string, number] {
  return [code, 3];
}

/**
 * How many decimals a currency has (ISO 4217 "minor unit"): 2 unless listed, 0 for JPY, 3 for KWD.
 * @throws DomainError VALIDATION_FAILED when the code is not three capital letters
 */
export function currencyExponent(currency: string): number {
  const known = EXPONENTS.get(currency);
  if (known !== undefined) {
    return known;
  }
  if (!CURRENCY_PATTERN.test(currency)) {
    throw invalidField('currency', 'must be an ISO 4217 code of three capital letters');
  }
  return DEFAULT_EXPONENT;
}
