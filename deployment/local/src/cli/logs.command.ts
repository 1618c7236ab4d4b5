import { unwatchFile, watchFile } from 'node:fs';
import { open, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { serviceNamed } from '../stack/service-catalogue.js';
import { logPath } from '../stack/service-logs.js';
import type { Command } from './arguments.js';
import { prettyLine, timeOf } from './pretty-line.js';
import { CommandError } from './running-stack.js';
import type { Workspace } from './workspace.js';

const POLL_MS = 250;

interface LogLine {
  readonly service: string;
  readonly line: string;
}

/** Shows the latest lines of one service or of all, in the order they were written, and follows them if asked. */
export async function runLogs(
  { dataDir }: Workspace,
  { service, follow, lines }: Extract<Command, { name: 'logs' }>,
): Promise<number> {
  const services = service === undefined ? await servicesWithLogs(dataDir) : [namedService(service)];
  const files = services.map((name) => new LogFile(name, logPath(dataDir, name)));
  const latest = (await Promise.all(files.map((file) => file.latest(lines)))).flat();
  latest
    .toSorted((left, right) => (timeOf(left.line) < timeOf(right.line) ? -1 : 1))
    .slice(-lines)
    .forEach(show);
  if (!follow) {
    return 0;
  }
  for (const file of files) {
    file.follow(show);
  }
  const interrupted = Promise.withResolvers<void>();
  process.once('SIGINT', interrupted.resolve).once('SIGTERM', interrupted.resolve);
  await interrupted.promise;
  for (const file of files) {
    file.unfollow();
  }
  return 0;
}

function show({ service, line }: LogLine): void {
  console.log(prettyLine(service, line, process.stdout.isTTY === true));
}

function namedService(service: string): string {
  try {
    return serviceNamed(service);
  } catch (error) {
    throw new CommandError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

async function servicesWithLogs(dataDir: string): Promise<string[]> {
  const names = await readdir(join(dataDir, 'logs')).catch(() => []);
  return names.flatMap((name) =>
    name.endsWith('.log') && name !== 'start.log' ? [name.slice(0, -'.log'.length)] : [],
  );
}

/** One service's log, read at its end as it grows. */
class LogFile {
  readonly #service: string;
  readonly #path: string;
  #offset = 0;
  #partial = '';
  #reading = Promise.resolve();

  constructor(service: string, path: string) {
    this.#service = service;
    this.#path = path;
  }

  async latest(count: number): Promise<LogLine[]> {
    const text = await readFile(this.#path, 'utf8').catch(() => '');
    this.#offset = Buffer.byteLength(text);
    return this.#entries(text.split('\n')).slice(-count);
  }

  follow(onLine: (line: LogLine) => void): void {
    watchFile(this.#path, { interval: POLL_MS }, () => {
      const readOn = () => this.#readOn(onLine);
      this.#reading = this.#reading.then(readOn, readOn);
    });
  }

  unfollow(): void {
    unwatchFile(this.#path);
  }

  async #readOn(onLine: (line: LogLine) => void): Promise<void> {
    const size = await stat(this.#path).then(
      (found) => found.size,
      () => 0,
    );
    if (size < this.#offset) {
      // Rotated: a new file began.
      this.#offset = 0;
      this.#partial = '';
    }
    const lines = (this.#partial + (await readPart(this.#path, this.#offset, size))).split('\n');
    this.#offset = size;
    this.#partial = lines.pop() ?? '';
    this.#entries(lines).forEach(onLine);
  }

  #entries(lines: readonly string[]): LogLine[] {
    return lines.filter((line) => line !== '').map((line) => ({ service: this.#service, line }));
  }
}

async function readPart(path: string, from: number, to: number): Promise<string> {
  const file = await open(path, 'r').catch(() => undefined);
  if (file === undefined) {
    return '';
  }
  try {
    const bytes = Buffer.alloc(Math.max(0, to - from));
    const { bytesRead } = await file.read(bytes, 0, bytes.length, from);
    return bytes.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}
