import { createHash, randomUUID } from 'node:crypto';
import {
  access,
  chmod,
  cp,
  lstat,
  mkdir,
  readdir,
  readFile,
  readlink,
  realpath,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { processIdentity } from '../process/process-identity.js';
import type { PostgresPrograms } from './postgres-programs.js';
import type { PosixUser } from './unprivileged-user.js';
import { closedFolder } from './unprivileged-user.js';

/**
 * Started by root from a private place such as /root, PostgreSQL's own user can reach neither the data folder nor
 * the programs. They are kept here then; giving the server root's rights, or opening root's home, would be worse.
 */
const OPEN_GROUND = '/var/lib/vici';
const CLUSTERS = join(OPEN_GROUND, 'clusters');

/** Ends the name of the file beside an ephemeral cluster that says which `dataDir` it belongs to. */
const NOTE = '.data-dir';

/** What says that a file, or a link, is not there; any other failure says nothing about it. */
const ABSENT: ReadonlySet<unknown> = new Set(['ENOENT', 'ENOTDIR', 'EINVAL']);

/**
 * Where the cluster of `dataDir` is: in it, or, when `user` may not pass through the folders above it, under
 * /var/lib/vici with a link in `dataDir`. A new `dataDir` never finds the data of a deleted one of the same name. That
 * of deleted ones is removed if it was `ephemeral`; any other may belong to a folder that was moved, or is not mounted.
 * @throws Error when a cluster is in `dataDir` already but closed to `user`
 */
export async function placeCluster(
  dataDir: string,
  user: PosixUser | undefined,
  ephemeral: boolean,
): Promise<string> {
  const inside = join(dataDir, 'cluster');
  if (user === undefined || (await isOpen(dataDir, user))) {
    return inside;
  }
  const present = await lstat(inside).catch(() => undefined);
  if (present?.isSymbolicLink() === true) {
    return readlink(inside);
  }
  if (present !== undefined) {
    const closed = await closedFolder(await realpath(dataDir), user);
    throw new Error(
      `PostgreSQL runs as user "${user.name}" and may not pass through ${closed}: chmod o+x ${closed}.`,
    );
  }
  await mkdir(CLUSTERS, { recursive: true, mode: 0o755 });
  await removeForsakenClusters();
  const outside = join(CLUSTERS, randomUUID());
  await symlink(outside, inside);
  if (ephemeral) {
    // After the link, so that whoever finds the note and no link knows that the folder was deleted.
    await writeFile(`${outside}${NOTE}`, dataDir);
  }
  return outside;
}

/**
 * Removes the ephemeral clusters kept here whose `dataDir` was deleted: deleting it takes the link along, not the
 * data, and a test run that makes a cluster a file would fill the disk. One whose server still runs is left to the next
 * start.
 */
async function removeForsakenClusters(): Promise<void> {
  const notes = (await readdir(CLUSTERS)).filter((file) => file.endsWith(NOTE));
  await Promise.all(
    notes.map(async (file) => {
      const note = join(CLUSTERS, file);
      const cluster = note.slice(0, -NOTE.length);
      const dataDir = await contentOf(note);
      if (dataDir === undefined || (await targetOf(join(dataDir, 'cluster'))) === cluster) {
        return;
      }
      if (!(await isServed(cluster))) {
        await rm(cluster, { recursive: true, force: true });
        await rm(note, { force: true });
      }
    }),
  );
}

/** @returns undefined when there is no such link */
async function targetOf(link: string): Promise<string | undefined> {
  return orAbsent(readlink(link));
}

/** True while the process that `postmaster.pid` names is there. */
async function isServed(cluster: string): Promise<boolean> {
  const pid = Number.parseInt((await contentOf(join(cluster, 'postmaster.pid'))) ?? '', 10);
  return Number.isInteger(pid) && (await processIdentity(pid)) !== undefined;
}

async function contentOf(file: string): Promise<string | undefined> {
  return orAbsent(readFile(file, 'utf8'));
}

/** @returns undefined for what is not there, such as what another start removed meanwhile */
async function orAbsent<T>(found: Promise<T>): Promise<T | undefined> {
  return found.catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && ABSENT.has(error.code)) {
      return undefined;
    }
    throw error;
  });
}

/** True when `user` may pass through `dataDir` and all above it; `dataDir` itself is ours and is opened if need be. */
async function isOpen(dataDir: string, user: PosixUser): Promise<boolean> {
  const path = await realpath(dataDir);
  if ((await closedFolder(path, user)) === path) {
    const { mode } = await stat(path);
    await chmod(path, (mode & 0o777) | 0o001);
  }
  return (await closedFolder(path, user)) === undefined;
}

/** The programs, copied to /var/lib/vici when `user` may not pass through the folders they are in. */
export async function placePrograms(
  programs: PostgresPrograms,
  user: PosixUser | undefined,
): Promise<PostgresPrograms> {
  const bin = dirname(programs.postgres);
  if (user === undefined || (await closedFolder(bin, user)) === undefined) {
    return programs;
  }
  const root = dirname(bin);
  const { size, mtimeMs } = await stat(programs.postgres);
  const name = createHash('sha256').update(`${root} ${size} ${mtimeMs}`).digest('hex').slice(0, 16);
  const copy = join(OPEN_GROUND, 'programs', name);
  const exists = await access(copy).then(
    () => true,
    () => false,
  );
  if (!exists) {
    const partial = `${copy}.${process.pid}`;
    await mkdir(dirname(copy), { recursive: true, mode: 0o755 });
    await cp(root, partial, { recursive: true, verbatimSymlinks: true });
    // Two starts at once may both have copied; the later one finds the folder in place.
    await rename(partial, copy).catch(() => rm(partial, { recursive: true, force: true }));
  }
  return { ...programs, initdb: join(copy, 'bin', 'initdb'), postgres: join(copy, 'bin', 'postgres') };
}
