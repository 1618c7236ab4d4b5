import { Redis } from 'ioredis';
import pg from 'pg';

/** What the backing services were asked for, and what it cost this process. */
export interface WorkCount {
  /**
   * Messages by the text of their statement, with those that end transactions; what opens a transaction goes with its
   * first statement, and what is written with the commit goes with it.
   */
  readonly statements: Readonly<Record<string, number>>;
  /** Redis commands by their name. */
  readonly commands: Readonly<Record<string, number>>;
  /** Milliseconds of processor time. */
  readonly cpuMs: number;
}

/** By database, then by text: to build one name of both for every statement would be counted as work of the services. */
const statements = new Map<string, Map<string, number>>();

/** Counts every SQL statement this process sends from now on. */
export function countStatements(): void {
  const send: unknown = Reflect.get(pg.Client.prototype, 'query');
  if (typeof send !== 'function') throw new Error('pg has no query to count');
  const counting = function query(this: pg.Client, ...args: unknown[]): unknown {
    const { database = '' } = this;
    const ofDatabase = statements.get(database) ?? new Map<string, number>();
    if (ofDatabase.size === 0) statements.set(database, ofDatabase);
    const text = textOf(args[0]);
    ofDatabase.set(text, (ofDatabase.get(text) ?? 0) + 1);
    return Reflect.apply(send, this, args);
  };
  Reflect.set(pg.Client.prototype, 'query', counting);
}

/** Everything so far. */
export async function workSoFar(redisUrl: string): Promise<WorkCount> {
  const redis = new Redis(redisUrl);
  try {
    const lines = (await redis.info('commandstats')).matchAll(/^cmdstat_([^:]+):calls=(\d+)/gm);
    const { user, system } = process.cpuUsage();
    return {
      statements: Object.fromEntries(
        [...statements].flatMap(([database, counts]) =>
          [...counts].map(([text, count]) => [`${database}: ${text.replaceAll(/\s+/g, ' ').trim()}`, count]),
        ),
      ),
      commands: Object.fromEntries([...lines].map(([, name = '', calls]) => [name, Number(calls)])),
      cpuMs: (user + system) / 1000,
    };
  } finally {
    redis.disconnect();
  }
}

/** How many calls each name has gained, the most first. */
export function gained(
  before: Readonly<Record<string, number>>,
  after: Readonly<Record<string, number>>,
): [name: string, calls: number][] {
  return Object.entries(after)
    .map(([name, calls]): [string, number] => [name, calls - (before[name] ?? 0)])
    .filter(([, calls]) => calls > 0)
    .sort(([, left], [, right]) => right - left);
}

function textOf(query: unknown): string {
  if (typeof query === 'string') return query;
  const text: unknown = typeof query === 'object' && query !== null ? Reflect.get(query, 'text') : undefined;
  return typeof text === 'string' ? text : 'unknown';
}

/** Whether a served module has answered with its counts. */
export function isWork(value: unknown): value is WorkCount {
  return typeof value === 'object' && value !== null && 'statements' in value && 'commands' in value;
}

/** Prints what each unit of work cost, the most first; what comes up less than once in twenty is left out. */
export function printCalls(title: string, calls: readonly [string, number][], units: number): void {
  console.log(title);
  for (const [name, count] of calls.filter(([, times]) => times / units > 0.05)) {
    console.log(`${(count / units).toFixed(2).padStart(8)}  ${name.slice(0, 220)}`);
  }
}
