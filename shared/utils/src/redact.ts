import { isSensitiveKey, maskText, REDACTED } from './redact-patterns.js';

const MAX_DEPTH = 6;
const MAX_ITEMS = 50;
const MAX_KEYS = 100;
/** Values visited in one call: a wide and deep object must not cost more than the request it describes. */
const MAX_VALUES = 2_000;
/** Below it no number is long enough for a card's. */
const SHORTEST_CARD_NUMBER = 1e13;

interface Walk {
  readonly ancestors: Set<object>;
  remaining: number;
}

/**
 * A copy that is safe to log: values under sensitive keys and sensitive-looking text are masked, and the rest is
 * plain JSON (bigint as text, dates as ISO 8601, errors as name, code, message, stack). Bounded in depth and size;
 * handles cycles; never throws.
 */
export function redact(value: unknown): unknown {
  return visit(value, { ancestors: new Set(), remaining: MAX_VALUES });
}

/** {@link redact} for a record of named values: each is masked as its name asks for. */
export function redactFields(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return visitEntries(Object.entries(fields), { ancestors: new Set(), remaining: MAX_VALUES });
}

function visit(value: unknown, walk: Walk): unknown {
  walk.remaining -= 1;
  if (walk.remaining < 0) {
    return '[truncated]';
  }
  switch (typeof value) {
    case 'string':
      return maskText(value);
    case 'number':
      return maskNumber(value);
    case 'bigint':
      return maskText(value.toString());
    case 'function':
      return '[function]';
    case 'symbol':
      return value.toString();
    case 'object':
      return value === null ? null : visitObject(value, walk);
    default:
      return value;
  }
}

function maskNumber(value: number): unknown {
  if (!Number.isFinite(value)) {
    return String(value);
  }
  if (Math.abs(value) < SHORTEST_CARD_NUMBER) {
    return value;
  }
  const text = String(value);
  return maskText(text) === text ? value : REDACTED;
}

function visitObject(value: object, walk: Walk): unknown {
  if (walk.ancestors.has(value)) {
    return '[circular]';
  }
  if (walk.ancestors.size >= MAX_DEPTH) {
    return Array.isArray(value) ? '[array]' : '[object]';
  }
  walk.ancestors.add(value);
  try {
    return describe(value, walk);
  } catch {
    // A getter or a proxy trap of a foreign object threw; its value is not worth failing a log line.
    return '[unreadable]';
  } finally {
    walk.ancestors.delete(value);
  }
}

function describe(value: object, walk: Walk): unknown {
  if (Array.isArray(value)) {
    return visitItems(value, value.length, walk);
  }
  if (value instanceof Date) {
    return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
  }
  if (value instanceof Error) {
    return visitError(value, walk);
  }
  if (ArrayBuffer.isView(value)) {
    return `[binary, ${value.byteLength} bytes]`;
  }
  if (value instanceof URL) {
    return maskText(value.href);
  }
  if (value instanceof Set) {
    return visitItems(value, value.size, walk);
  }
  if (value instanceof Map) {
    const entries = [...value].map(([key, item]): [string, unknown] => [String(key), item]);
    return visitEntries(entries, walk);
  }
  return visitEntries(Object.entries(value), walk);
}

function visitItems(items: Iterable<unknown>, count: number, walk: Walk): unknown[] {
  const kept: unknown[] = [];
  for (const item of items) {
    if (kept.length === MAX_ITEMS) {
      kept.push(`[${count - MAX_ITEMS} more]`);
      break;
    }
    kept.push(visit(item, walk));
  }
  return kept;
}

function visitEntries(entries: readonly [string, unknown][], walk: Walk): Record<string, unknown> {
  const kept = entries
    .slice(0, MAX_KEYS)
    .map(([key, item]): [string, unknown] => [maskText(key), visitMember(key, item, walk)]);
  if (entries.length > MAX_KEYS) {
    kept.push(['…', `[${entries.length - MAX_KEYS} more]`]);
  }
  return Object.fromEntries(kept);
}

function visitMember(key: string, value: unknown, walk: Walk): unknown {
  // A flag such as emailVerified gives nothing away, and neither does an absent value.
  const harmless = typeof value === 'boolean' || value === null || value === undefined;
  return !harmless && isSensitiveKey(key) ? REDACTED : visit(value, walk);
}

function visitError(error: Error, walk: Walk): Record<string, unknown> {
  const members: [string, unknown][] = [['name', error.name]];
  if ('code' in error) {
    members.push(['code', error.code]);
  }
  members.push(['message', error.message]);
  if ('details' in error && error.details !== undefined) {
    members.push(['details', error.details]);
  }
  if (error.stack !== undefined) {
    members.push(['stack', error.stack]);
  }
  if (error.cause !== undefined) {
    members.push(['cause', error.cause]);
  }
  if (error instanceof AggregateError) {
    members.push(['errors', error.errors]);
  }
  return visitEntries(members, walk);
}
