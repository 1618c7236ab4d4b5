import { z } from 'zod';

const NUL = '\u0000';

/** Text a person or program wrote: trimmed, within bounds, nothing a database or protobuf refuses. */
export function text(longest: number, shortest = 1): z.ZodString {
  return z
    .string()
    .trim()
    .min(shortest)
    .max(longest)
    .refine((value) => !value.includes(NUL) && value.isWellFormed(), 'must not hold control characters');
}

/** A text a client may leave out; what a form sends for an empty field, `""` or null, is left out too. */
export function optionalText(longest: number) {
  return z
    .union([text(longest), z.literal('')])
    .nullish()
    .transform((value) => value || undefined);
}

/** Text that is taken as it is, such as a password or a token. */
export function secret(longest: number): z.ZodString {
  return z
    .string()
    .min(1)
    .max(longest)
    .refine((value) => !value.includes(NUL) && value.isWellFormed(), 'must not hold control characters');
}

/** An id, in lower case. */
export const id = z.uuid().transform((value) => value.toLowerCase());

const WHOLE_PATTERN = /^-?\d{1,9}$/;
const DECIMAL_PATTERN = /^\d{1,12}(\.\d{1,6})?$/;
const TRUE_WORDS: ReadonlySet<string> = new Set(['true', '1']);
const FALSE_WORDS: ReadonlySet<string> = new Set(['false', '0']);

/** Query parameters are text; each kind below reads one, takes the last of several, and counts an empty one as missing. */
function queryText(value: unknown): unknown {
  const last: unknown = Array.isArray(value) ? value.at(-1) : value;
  return last === '' ? undefined : last;
}

/** A whole number of the query. */
export function wholeNumber(least: number, most: number) {
  return z.preprocess((value) => {
    const found = queryText(value);
    return typeof found === 'string' && WHOLE_PATTERN.test(found) ? Number(found) : found;
  }, z.int().min(least).max(most).optional());
}

/** An amount in major units, kept as the text it was written in. */
export const amountText = z.preprocess(
  queryText,
  z.string().regex(DECIMAL_PATTERN, 'must be an amount such as 24.99').optional(),
);

/** A number with decimals. */
export function decimal(least: number, most: number) {
  return z.preprocess((value) => {
    const found = queryText(value);
    return typeof found === 'string' && DECIMAL_PATTERN.test(found) ? Number(found) : found;
  }, z.number().min(least).max(most).optional());
}

/** true, false, 1 or 0. */
export const flag = z.preprocess((value) => {
  const found = queryText(value);
  if (typeof found !== 'string') {
    return found;
  }
  const word = found.toLowerCase();
  return TRUE_WORDS.has(word) ? true : FALSE_WORDS.has(word) ? false : found;
}, z.boolean().optional());

/** One text of the query. */
export function queryString(longest: number) {
  return z.preprocess(queryText, text(longest).optional());
}

/** An instant of the query, in ISO 8601. */
export const instantOfQuery = z.preprocess(queryText, z.iso.datetime({ offset: true }).optional());

/** One of a few words. */
export function choice<const W extends readonly [string, ...string[]]>(words: W) {
  return z.preprocess(queryText, z.enum(words).optional());
}

/** Some of a few words: repeated, or separated by commas. */
export function choiceList<const W extends readonly [string, ...string[]]>(words: W) {
  return z.preprocess(listed, z.array(z.enum(words)).max(words.length));
}

/** An id of the query, in lower case. */
export const queryId = z.preprocess(queryText, id.optional());

/** An instant, or a day, which begins at midnight UTC. */
export const queryInstant = z.preprocess(
  queryText,
  z
    .union([z.iso.datetime({ offset: true }), z.iso.date()], 'must be a day or an instant in ISO 8601')
    .transform((text) => new Date(text))
    .optional(),
);

/** Several words: repeated, or separated by commas. */
export function wordList(longest: number, most: number) {
  return z.preprocess(listed, z.array(text(longest)).max(most));
}

function listed(value: unknown): unknown[] {
  const given: unknown[] = Array.isArray(value) ? value : [value];
  const words = given.flatMap((one) => (typeof one === 'string' ? one.split(',') : [one]));
  return words
    .map((word) => (typeof word === 'string' ? word.trim() : word))
    .filter((word) => word !== '' && word !== undefined);
}

/** Which page of a list. */
export const pageQuery = {
  page: wholeNumber(1, 1_000_000).describe('From 1; 1 where it is missing.'),
  limit: wholeNumber(1, 100).describe('Entries a page; 20 where it is missing.'),
};

/** The place in a list from which a page is read, where the list can be walked so. */
export const cursorQuery = {
  cursor: queryString(1500).describe(
    'The nextCursor of the page before, in place of page: what is added or removed meanwhile moves nothing.',
  ),
};

/** Parameters of a route about one thing. */
export const idParams = z.object({ id });

/** By which end a list in order of time begins. */
export const timeOrder = choice(['newest', 'oldest']);
