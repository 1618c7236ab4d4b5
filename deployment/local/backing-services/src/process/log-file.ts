import { unwatchFile, watchFile } from 'node:fs';
import { open, readFile, rename, stat } from 'node:fs/promises';

const ROTATE_AT_BYTES = 5 * 1024 * 1024;
const FOLLOW_EVERY_MS = 250;

/** Opens a server's log for appending; a log above 5 MiB is first moved to `<path>.1`, so at most two are kept. */
export async function openLog(path: string): Promise<{ fd: number; close(): Promise<void> }> {
  const size = await stat(path).then(
    (found) => found.size,
    () => 0,
  );
  if (size > ROTATE_AT_BYTES) {
    await rename(path, `${path}.1`);
  }
  const file = await open(path, 'a', 0o600);
  return { fd: file.fd, close: () => file.close() };
}

/** The last `count` lines of the file, oldest first; none when it does not exist. */
export async function lastLines(path: string, count: number): Promise<string> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text.trimEnd().split('\n').slice(-count).join('\n');
}

/**
 * Hands every line that is added to the file from now on to `onLine`. A file rather than a pipe, because a
 * detached server must be able to go on writing after this process has ended.
 * @returns a function that reads what is left and then stops following
 */
export async function followLog(path: string, onLine: (line: string) => void): Promise<() => Promise<void>> {
  let offset = (await stat(path)).size;
  let partial = '';
  let reading = Promise.resolve();
  const readOn = async (): Promise<void> => {
    const added = await readFrom(path, offset);
    offset += added.length;
    const lines = (partial + added.toString('utf8')).split('\n');
    partial = lines.pop() ?? '';
    lines.forEach(onLine);
  };
  const listener = (): void => {
    reading = reading.then(readOn, readOn);
  };
  watchFile(path, { interval: FOLLOW_EVERY_MS, persistent: false }, listener);
  return async () => {
    unwatchFile(path, listener);
    listener();
    await reading;
  };
}

async function readFrom(path: string, offset: number): Promise<Buffer> {
  const file = await open(path, 'r').catch(() => undefined);
  if (file === undefined) {
    return Buffer.alloc(0);
  }
  try {
    const { size } = await file.stat();
    const bytes = Buffer.alloc(Math.max(0, size - offset));
    const { bytesRead } = await file.read(bytes, 0, bytes.length, offset);
    return bytes.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
