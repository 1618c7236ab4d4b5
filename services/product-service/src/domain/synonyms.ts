import { invalidFields } from '@vici/utils/domain';
import { FieldChecks } from './field-checks.js';

const MAX_SYNONYMS = 20;
const MAX_LETTERS = 40;
/** As search compares words: small letters and digits, no signs, no accents. */
const SIGNS = /[\p{Mn}'‘’]/gu;
const WORD = /^[\p{L}\p{N}]+$/u;

/**
 * Checks a word and what stands for it; they are kept as search compares them.
 * @throws DomainError VALIDATION_FAILED that names every bad field
 */
export function checkedSynonyms(input: { readonly word: string; readonly synonyms: readonly string[] }): {
  readonly word: string;
  readonly synonyms: readonly string[];
} {
  const checks = new FieldChecks();
  const word = checkedWord(checks, 'word', input.word);
  if (input.synonyms.length > MAX_SYNONYMS)
    checks.fault('synonyms', `must have at most ${MAX_SYNONYMS} entries`);
  const synonyms = input.synonyms
    .slice(0, MAX_SYNONYMS)
    .map((synonym, index) => checkedWord(checks, `synonyms[${index}]`, synonym));
  if (checks.faults.length === 0 && synonyms.includes(word))
    checks.fault('synonyms', 'must not name the word itself');
  if (checks.faults.length > 0) throw invalidFields(checks.faults);
  return { word, synonyms: [...new Set(synonyms)].toSorted() };
}

function checkedWord(checks: FieldChecks, field: string, value: string): string {
  const word = value.trim().normalize('NFKD').replace(SIGNS, '').toLowerCase();
  if (!WORD.test(word) || word.length > MAX_LETTERS)
    checks.fault(field, `must be one word of at most ${MAX_LETTERS} letters and digits`);
  return word;
}
