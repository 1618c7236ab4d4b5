import { type RawBuilder, sql } from 'kysely';
import pg from 'pg';

type TypeConfig = NonNullable<pg.PoolConfig['types']>;

/** OIDs of the catalogue pg_type; they are fixed in every PostgreSQL. */
const INT8 = 20;
const INT8_ARRAY = 1016;
const DATE = 1082;
const TEXT_ARRAY: number = 1009;

function toBigInt(text: string): bigint {
  return BigInt(text);
}

function toBigInts(text: string): (bigint | null)[] {
  const items: (string | null)[] = pg.types.getTypeParser(TEXT_ARRAY, 'text')(text);
  return items.map((item) => (item === null ? null : BigInt(item)));
}

function toText(text: string): string {
  return text;
}

const PARSERS: ReadonlyMap<number, (text: string) => unknown> = new Map<number, (text: string) => unknown>([
  [INT8, toBigInt],
  [INT8_ARRAY, toBigInts],
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
