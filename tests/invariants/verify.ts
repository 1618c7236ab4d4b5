// `npm run verify:invariants [-- --since 2026-01-01 --settled-seconds 120]`: of the stack that runs here, or of the
// databases that `<NAME>_DATABASE_URL` name. Reads only. Exits 1 when an invariant does not hold.
import { parseArgs } from 'node:util';
import { runningDatabases } from '@vici/local';
import { BOOKS, type Book } from './books.ts';
import { verifyInvariants } from './verify-invariants.ts';

const USAGE = 'Usage: npm run verify:invariants [-- --since <ISO date> --settled-seconds <seconds>]';
const MOST_SHOWN = 200;

async function urlsOf(): Promise<Record<Book, string>> {
  const given = BOOKS.map((book) => [book, process.env[`${book.toUpperCase()}_DATABASE_URL`]] as const);
  const missing = given.filter(([, url]) => url === undefined || url === '').map(([book]) => book);
  if (missing.length > 0 && missing.length < BOOKS.length) {
    throw new Error(
      `Name every database: ${missing.map((book) => `${book.toUpperCase()}_DATABASE_URL`)} is missing.`,
    );
  }
  const running = missing.length === 0 ? undefined : await runningDatabases();
  const entries = given.map(([book, url]) => [book, running === undefined ? url : running(book)]);
  return Object.fromEntries(entries) as Record<Book, string>;
}

function options(): { since?: Date; settledForMs?: number } {
  const { values } = parseArgs({
    options: { since: { type: 'string' }, 'settled-seconds': { type: 'string' } },
  });
  const since = values.since === undefined ? undefined : new Date(values.since);
  const seconds = values['settled-seconds'] === undefined ? undefined : Number(values['settled-seconds']);
  if ((since !== undefined && Number.isNaN(since.getTime())) || (seconds !== undefined && !(seconds >= 0))) {
    throw new Error(USAGE);
  }
  return {
    ...(since !== undefined && { since }),
    ...(seconds !== undefined && { settledForMs: seconds * 1_000 }),
  };
}

try {
  const { held, violations } = await verifyInvariants(await urlsOf(), options());
  for (const name of held) console.log(`holds: ${name}`);
  for (const { invariant, subject, detail } of violations.slice(0, MOST_SHOWN)) {
    console.log(`BROKEN: ${invariant}: ${subject}: ${detail}`);
  }
  console.log(`${held.length} invariants hold, ${violations.length} violations`);
  process.exitCode = violations.length === 0 ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 2;
}
