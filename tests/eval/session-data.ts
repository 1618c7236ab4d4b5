import { createReadStream, type Dirent } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';

/** One visit: what was looked at in turn, and when it ended. */
export interface Session {
  readonly items: readonly string[];
  /** Milliseconds since the epoch. */
  readonly endedAt: number;
}

/** Sessions to learn from and sessions to be predicted, both in order of time. */
export interface SessionData {
  readonly train: readonly Session[];
  readonly test: readonly Session[];
}

/** How the data is cut where its own split is not wanted. */
export interface Cut {
  /** The last so many days are the test; undefined: the files say what is test. */
  readonly testDays?: number | undefined;
  /** Only the last so many days are used at all. */
  readonly days?: number | undefined;
}

/** The data cannot be used; the message is one sentence. */
export class DataError extends Error {
  override readonly name = 'DataError';
}

const DAY_MS = 86_400_000;
/** Sessions without times are a minute apart, from some day on. */
const NOMINAL_START_MS = 10_000 * DAY_MS;
const NOMINAL_GAP_MS = 60_000;
const PARTS = ['train', 'valid', 'test'] as const;
type Part = (typeof PARTS)[number];
const EXTENSIONS = ['.txt.gz', '.txt', '.tsv.gz', '.tsv', '.csv.gz', '.csv'];
const GZIP_MAGIC = [0x1f, 0x8b] as const;

interface Portion {
  readonly sessions: readonly Session[];
  readonly timed: boolean;
}

/**
 * Reads a folder with `train` and `test` (`.txt`, `.tsv` or `.csv`, gzipped or not): one session of item numbers a line
 * in order of time, or tab-separated SessionId, ItemId and Time. A `valid` file is read only when the cut is by days.
 * @throws DataError
 */
export async function readSessionData(folder: string, cut: Cut): Promise<SessionData> {
  const files = await filesIn(folder);
  const byDays = cut.testDays !== undefined || cut.days !== undefined;
  if (files.train === undefined) throw new DataError(`${folder} has no train file (train.txt.gz or alike).`);
  if (files.test === undefined && cut.testDays === undefined) {
    throw new DataError(`${folder} has no test file; say with --test-days how many days to hold back.`);
  }
  const portions: Partial<Record<Part, Portion>> = {};
  for (const part of PARTS) {
    const file = files[part];
    if (file !== undefined && (part !== 'valid' || byDays)) portions[part] = await readPortion(file);
  }
  if (byDays && Object.values(portions).some(({ timed }) => !timed)) {
    throw new DataError(`${folder} tells no times, so it cannot be cut by days.`);
  }
  const data = byDays ? cutByDays(portions, cut) : asGiven(portions);
  if (data.train.length === 0) throw new DataError(`${folder} leaves no session to learn from.`);
  if (!data.test.some(({ items }) => items.length > 1)) {
    throw new DataError(`${folder} leaves no test session of two items or more.`);
  }
  return data;
}

/** The lines of a file, unpacked where it is gzipped. @throws DataError when it cannot be read */
export async function* linesOf(path: string): AsyncGenerator<string> {
  const input = createReadStream(path, { highWaterMark: 256 * 1024 });
  try {
    const text = (await isGzip(path)) ? input.pipe(createGunzip()) : input;
    input.on('error', (error) => text.destroy(error));
    yield* createInterface({ input: text, crlfDelay: Number.POSITIVE_INFINITY });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new DataError(`${path} cannot be read: ${reason}.`, { cause: error });
  } finally {
    input.destroy();
  }
}

async function filesIn(folder: string): Promise<Partial<Record<Part, string>>> {
  let entries: Dirent[];
  try {
    entries = await readdir(folder, { withFileTypes: true });
  } catch (error) {
    throw new DataError(`There is no folder ${folder} that can be read.`, { cause: error });
  }
  const names = new Set(entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name));
  const found: Partial<Record<Part, string>> = {};
  for (const part of PARTS) {
    const name = EXTENSIONS.map((extension) => part + extension).find((candidate) => names.has(candidate));
    if (name !== undefined) found[part] = join(folder, name);
  }
  return found;
}

async function isGzip(path: string): Promise<boolean> {
  await using file = await open(path, 'r');
  const { buffer } = await file.read(Buffer.alloc(GZIP_MAGIC.length), 0, GZIP_MAGIC.length, 0);
  return GZIP_MAGIC.every((byte, place) => buffer[place] === byte);
}

async function readPortion(path: string): Promise<Portion> {
  for await (const first of linesOf(path)) {
    return first.includes('\t') ? await readClicks(path) : await readLines(path);
  }
  throw new DataError(`${path} is empty.`);
}

/** One session a line; only the order of the lines tells the time. */
async function readLines(path: string): Promise<Portion> {
  const sessions: Session[] = [];
  let number = 0;
  for await (const line of linesOf(path)) {
    number += 1;
    if (line.trim() === '') continue;
    const items = line.trim().split(/\s+/);
    const wrong = items.find((item) => !/^\d+$/.test(item));
    if (wrong !== undefined)
      throw new DataError(`${path}, line ${number}: "${wrong}" is not an item number.`);
    sessions.push({ items, endedAt: NOMINAL_START_MS + sessions.length * NOMINAL_GAP_MS });
  }
  return { sessions, timed: false };
}

interface Click {
  readonly item: string;
  readonly at: number;
}

/** SessionId, ItemId, Time (seconds or milliseconds since the epoch), one click a line. */
async function readClicks(path: string): Promise<Portion> {
  const clicks = new Map<string, Click[]>();
  let number = 0;
  for await (const line of linesOf(path)) {
    number += 1;
    if (line.trim() === '' || (number === 1 && /^\s*session/i.test(line))) continue;
    const [session = '', item = '', time = ''] = line.split('\t').map((cell) => cell.trim());
    const at = timeFrom(time);
    if (session === '' || item === '' || at === undefined) {
      throw new DataError(`${path}, line ${number}: is not SessionId, ItemId and Time, separated by tabs.`);
    }
    const own = clicks.get(session) ?? [];
    if (own.length === 0) clicks.set(session, own);
    own.push({ item, at });
  }
  const sessions = [...clicks.values()].map(toSession);
  return { sessions: inOrder(sessions), timed: true };
}

function timeFrom(text: string): number | undefined {
  const value = Number(text);
  if (text === '' || !Number.isFinite(value) || value < 0) return undefined;
  return value < 1e11 ? value * 1_000 : value;
}

function toSession(clicks: Click[]): Session {
  clicks.sort((a, b) => a.at - b.at);
  return { items: clicks.map(({ item }) => item), endedAt: clicks.at(-1)?.at ?? 0 };
}

const inOrder = (sessions: readonly Session[]) => sessions.toSorted((a, b) => a.endedAt - b.endedAt);

function asGiven({ train, test }: Partial<Record<Part, Portion>>): SessionData {
  const learned = train?.sessions ?? [];
  const asked = test?.sessions ?? [];
  if (train?.timed === true && test?.timed === true) return { train: learned, test: asked };
  const from = (learned.at(-1)?.endedAt ?? 0) + NOMINAL_GAP_MS;
  return {
    train: learned,
    test: asked.map((session, i) => ({ ...session, endedAt: from + i * NOMINAL_GAP_MS })),
  };
}

function cutByDays(portions: Partial<Record<Part, Portion>>, { testDays, days }: Cut): SessionData {
  const parts = [portions.train, portions.valid, portions.test].flatMap((portion) => portion?.sessions ?? []);
  const all = inOrder(parts);
  const end = all.at(-1)?.endedAt ?? 0;
  const since = end - (days ?? Number.POSITIVE_INFINITY) * DAY_MS;
  const used = all.filter(({ endedAt }) => endedAt > since);
  if (testDays === undefined) {
    const asked = new Set(portions.test?.sessions);
    const learned = new Set(portions.train?.sessions);
    return { train: used.filter((s) => learned.has(s)), test: used.filter((s) => asked.has(s)) };
  }
  const heldBack = end - testDays * DAY_MS;
  return {
    train: used.filter(({ endedAt }) => endedAt <= heldBack),
    test: used.filter(({ endedAt }) => endedAt > heldBack),
  };
}
