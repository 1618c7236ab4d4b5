import { readFile, rename, rm, writeFile } from 'node:fs/promises';

import type { ServiceOrigin } from '../backing-service.js';
import { processIdentity } from './process-identity.js';

/** What is written beside a server's data so that a later start can find the running process again. */
export interface ServerRecord {
  pid: number;
  /** start moment of the process, see `processIdentity` */
  identity: string;
  port: number;
  origin: ServiceOrigin;
}

const ORIGINS: readonly ServiceOrigin[] = ['environment', 'path', 'package', 'apt', 'brew', 'maven'];

/** Writes the record in one step: a reader sees the old one or the new one. */
export async function writeRecord(path: string, record: ServerRecord): Promise<void> {
  await writeFile(`${path}.new`, `${JSON.stringify(record)}\n`, { mode: 0o600 });
  await rename(`${path}.new`, path);
}

/** The record of a server that still runs; a record whose process is gone is removed. */
export async function readLiveRecord(path: string): Promise<ServerRecord | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  const record = text === undefined ? undefined : parseRecord(text);
  if (record !== undefined && (await processIdentity(record.pid)) === record.identity) {
    return record;
  }
  await rm(path, { force: true });
  return undefined;
}

function parseRecord(text: string): ServerRecord | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Half-written by a machine that lost power: as good as no record.
    return undefined;
  }
  if (typeof value !== 'object' || value === null) {
    return undefined;
  }
  const { pid, identity, port, origin } = { pid: 0, identity: '', port: 0, origin: '', ...value };
  const known = ORIGINS.find((candidate) => candidate === origin);
  return Number.isInteger(pid) && typeof identity === 'string' && Number.isInteger(port) && known
    ? { pid, identity, port, origin: known }
    : undefined;
}
