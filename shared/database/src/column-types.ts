import type { RawBuilder } from 'kysely';
import pg from 'pg';
import { sql } from './sql.js';

type TypeConfig = NonNullable<pg.PoolConfig['types']>;

/** OIDs of the catalogue pg_type; they are fixed in every PostgreSQL. */
const INT8 = 20;
const INT8_ARRAY = 1016;
const DATE = 1082;
const TEXT_ARRAY: number = 1009;
const VARCHAR_ARRAY = 1015;
const UUID_ARRAY = 2951;

/** An element in quotes, or as it stands. */
const ELEMENT = /"((?:[^"\\]|\\.)*)"|([^",]+)/gs;

function toBigInt(text: string): bigint {
  return BigInt(text);
}

function toBigInts(text: string): (bigint | null)[] {
  return toTexts(text).map((item) => (item === null ? null : BigInt(item)));
}

/**
 * The elements of an array. What is quoted, and why, is told by the manual of PostgreSQL (8.15.6); pg would make an object
 * of each character, which was a sixth of all the memory a search took. Arrays of arrays are left to it.
 */
function toTexts(text: string): (string | null)[] {
  if (text === '{}') return [];
  if (!text.startsWith('{') || text.startsWith('{{')) return pg.types.getTypeParser(TEXT_ARRAY, 'text')(text);
  const elements = text.slice(1, -1);
  if (!elements.includes('"')) return elements.split(',').map(toElement);
  return Array.from(elements.matchAll(ELEMENT), ([, quoted, plain = '']) =>
    quoted === undefined ? toElement(plain) : quoted.replaceAll(/\\(.)/gs, '$1'),
  );
}

function toElement(plain: string): string | null {
  return plain === 'NULL' ? null : plain;
}

function toText(text: string): string {
  return text;
}

const PARSERS: ReadonlyMap<number, (text: string) => unknown> = new Map<number, (text: string) => unknown>([
  [INT8, toBigInt],
  [INT8_ARRAY, toBigInts],
  [TEXT_ARRAY, toTexts],
  [VARCHAR_ARRAY, toTexts],
  [UUID_ARRAY, toTexts],
  // A calendar day has no time zone: as a Date it would shift with the zone of the process.
  [DATE, toText],
]);

/**
 * How column values become JavaScript: int8 → bigint, numeric → string, date → 'YYYY-MM-DD', timestamptz → Date,
 * json and jsonb → parsed. Set per pool, never on the driver's global table, so no other user of pg is affected.
 */
export const columnTypes: TypeConfig = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    (format === 'binary' ? undefined : PARSERS.get(oid)) ?? pg.types.getTypeParser(oid, format),
};

/**
 * A value for a jsonb column. The driver writes a plain object as JSON by itself, but an array as a PostgreSQL array
 * and a string as bare text: pass every jsonb value through this.
 * @throws TypeError when the value has no JSON form (undefined, a function, a bigint inside)
 */
export function json<T>(value: T): RawBuilder<T> {
  const text = JSON.stringify(value);
  if (text === undefined) throw new TypeError('The value has no JSON form');
  return sql<T>`cast(${text} as jsonb)`;
}
