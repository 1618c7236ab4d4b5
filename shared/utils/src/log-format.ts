import { inspect } from 'node:util';

/** One log entry, already free of secrets, in the order its keys are written. */
export interface LogEntry {
  readonly timestamp: string;
  readonly level: string;
  readonly service: string;
  readonly message: string;
  readonly [field: string]: unknown;
}

/** How an entry is written: a JSON line for machines, or a line for a person at a terminal. */
export type LogFormat = 'json' | 'pretty';

const COLOURS: ReadonlyMap<string, string> = new Map([
  ['error', '\u001b[31m'],
  ['warn', '\u001b[33m'],
  ['info', '\u001b[32m'],
  ['debug', '\u001b[90m'],
]);
const RESET = '\u001b[0m';
const TIME_START = 'yyyy-mm-ddT'.length;
const TIME_END = 'yyyy-mm-ddThh:mm:ss.mmm'.length;

/** The entry as one JSON line. */
export function formatJson(entry: LogEntry): string {
  return JSON.stringify(entry);
}

/** The entry for a terminal: `12:30:00.000 INFO  order message key=value`, an error's stack below it. */
export function formatPretty(entry: LogEntry, colours: boolean): string {
  const { timestamp, level, service, message, ...fields } = entry;
  const tag = level.toUpperCase().padEnd(5);
  const colour = colours ? COLOURS.get(level) : undefined;
  const shownTag = colour === undefined ? tag : `${colour}${tag}${RESET}`;
  const time = timestamp.slice(TIME_START, TIME_END);
  const stacks: string[] = [];
  const pairs = Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => {
      const stack = stackOf(value);
      if (stack === undefined) {
        return `${key}=${show(value)}`;
      }
      stacks.push(stack);
      return undefined;
    })
    .filter((pair) => pair !== undefined);
  return [[time, shownTag, service, message, ...pairs].join(' '), ...stacks].join('\n');
}

function stackOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !('stack' in value)) {
    return undefined;
  }
  return typeof value.stack === 'string' ? value.stack : undefined;
}

function show(value: unknown): string {
  return typeof value === 'string' && /^\S+$/.test(value)
    ? value
    : inspect(value, { breakLength: Number.POSITIVE_INFINITY, depth: null });
}
