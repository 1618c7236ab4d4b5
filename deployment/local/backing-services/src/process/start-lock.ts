import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { processIdentity } from './process-identity.js';

const LOCK_WAIT_MS = 300_000;
const POLL_MS = 50;

/**
 * Runs `work` while holding the lock file `path`, so two processes never prepare the same folder at once.
 * A lock whose holder no longer runs is taken over.
 * @throws Error when the lock stays held for five minutes.
 */
export async function withStartLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  await mkdir(dirname(path), { recursive: true });
  const deadline = Date.now() + LOCK_WAIT_MS;
  while (!(await tryLock(path))) {
    if (await isAbandoned(path)) {
      await rm(path, { force: true });
    } else if (Date.now() > deadline) {
      throw new Error(`Another process has been holding ${path} for five minutes.`);
    } else {
      await delay(POLL_MS);
    }
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

/** The lock appears with its holder's name already in it, so that no crash can leave a nameless one. */
async function tryLock(path: string): Promise<boolean> {
  const own = `${path}.${randomUUID()}`;
  await writeFile(own, `${process.pid} ${await processIdentity(process.pid)}`, { mode: 0o600 });
  try {
    await link(own, path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') {
      return false;
    }
    throw error;
  } finally {
    await rm(own, { force: true });
  }
}

async function isAbandoned(path: string): Promise<boolean> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  const separator = text?.indexOf(' ') ?? -1;
  if (text === undefined || separator < 0) {
    // Just removed: the next attempt decides.
    return false;
  }
  const pid = Number(text.slice(0, separator));
  return (await processIdentity(pid)) !== text.slice(separator + 1);
}
