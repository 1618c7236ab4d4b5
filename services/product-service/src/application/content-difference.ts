import { isDeepStrictEqual } from 'node:util';

type Fields = Readonly<Record<string, unknown>>;

/** The fields that differ, before and after, as values JSON has: amounts in minor units, moments in ISO 8601. */
export function contentDifference(
  before: object | undefined,
  after: object,
): { readonly before?: Fields; readonly after: Fields } {
  const was: Fields = { ...before };
  const is: Fields = { ...after };
  const names = [...new Set([...Object.keys(was), ...Object.keys(is)])].filter(
    (name) => !isDeepStrictEqual(was[name], is[name]),
  );
  const of = (fields: Fields) =>
    Object.fromEntries(
      names.flatMap((name) => (fields[name] === undefined ? [] : [[name, plain(fields[name])]])),
    );
  return before === undefined ? { after: of(is) } : { before: of(was), after: of(is) };
}

function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, entry]) => (entry === undefined ? [] : [[key, plain(entry)]])),
  );
}
