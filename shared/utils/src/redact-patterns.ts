import { passesLuhn } from './domain/card-number.js';

/** What {@link redact} puts in place of a secret. */
export const REDACTED = '[redacted]';

/** Longest string kept; the rest is cut before any pattern runs, which also bounds the cost of the patterns. */
const MAX_STRING_LENGTH = 8_192;

/** Sensitive wherever they occur in a key, written in any style ("newPasswordHash", "set-cookie"). */
const SENSITIVE_PARTS =
  /passw|passphrase|secret|authorization|cookie|credential|apikey|privatekey|accesstoken|refreshtoken|idtoken|cardnumber|email|phonenumber|addressline|shippingaddress|billingaddress|postalcode|firstname|lastname|fullname|birth/;

/** Sensitive as a whole word of a key ("reset_token", "cardBrand"), harmless within one ("discard", "spanId"). */
const SENSITIVE_WORDS: ReadonlySet<string> = new Set(
  'pwd token tokens jwt bearer card cards pan cvc cvv pin otp iban ssn phone signature'.split(' '),
);

/** Keys met so far and their verdict: keys come from code, so there are few; the bound is for those that do not. */
const verdicts = new Map<string, boolean>();
const MAX_VERDICTS = 2_000;

const EMAIL = /[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,8}\.[A-Za-z]{2,24}/g;
const JWT = /\beyJ[\w-]{5,}\.[\w-]+\.[\w-]*/g;
const URL_CREDENTIALS = /(:\/\/)[^/\s@]{1,256}@/g;
const BEARER = /\b(bearer|basic)\s+[\w.~+/=-]{8,}/gi;
const PROVIDER_KEY = /\b(?:[srp]k_(?:live|test)|whsec)_\w+/g;
const QUERY_SECRET = /([?&;](?:token|code|secret|password|key|signature|email)=)[^&\s"']+/gi;
/** 14 to 19 digits, grouped or not; 13 would take in every time in milliseconds. */
const CARD_NUMBER = /(?<![\w-])\d(?:[ -]?\d){13,18}(?![\w-])/g;

/** Whether a value under this key must not be shown. */
export function isSensitiveKey(key: string): boolean {
  const known = verdicts.get(key);
  if (known !== undefined) {
    return known;
  }
  const words = key
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);
  const sensitive = SENSITIVE_PARTS.test(words.join('')) || words.some((word) => SENSITIVE_WORDS.has(word));
  if (verdicts.size < MAX_VERDICTS) {
    verdicts.set(key, sensitive);
  }
  return sensitive;
}

/** Text with e-mail addresses, tokens, card numbers, provider keys and credentials in URLs masked. */
export function maskText(text: string): string {
  const kept = text.length > MAX_STRING_LENGTH ? `${text.slice(0, MAX_STRING_LENGTH)}…[truncated]` : text;
  let masked = kept;
  if (masked.includes('://')) {
    masked = masked.replace(URL_CREDENTIALS, `$1${REDACTED}@`);
  }
  if (masked.includes('@')) {
    masked = masked.replace(EMAIL, REDACTED);
  }
  if (masked.includes('=')) {
    masked = masked.replace(QUERY_SECRET, `$1${REDACTED}`);
  }
  return masked
    .replace(BEARER, `$1 ${REDACTED}`)
    .replace(JWT, REDACTED)
    .replace(PROVIDER_KEY, REDACTED)
    .replace(CARD_NUMBER, (digits) => (passesLuhn(digits.replace(/\D/g, '')) ? REDACTED : digits));
}
