import { chown, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { capture } from '../process/program-search.js';
import type { PostgresPrograms } from './postgres-programs.js';
import type { PosixUser } from './unprivileged-user.js';

/** Superuser and password of every cluster made here: documented development values, reachable on loopback only. */
export const DEVELOPMENT_USER = 'vici';
export const DEVELOPMENT_PASSWORD = 'vici';

const INVALID_LOCALE = /invalid locale/i;

/** Makes the cluster in folder `cluster` unless it is there already; a start that was cut short leaves no half one. */
export async function ensureCluster(
  cluster: string,
  programs: PostgresPrograms,
  user: PosixUser | undefined,
): Promise<void> {
  const version = await readFile(join(cluster, 'PG_VERSION'), 'utf8').catch(() => undefined);
  if (version !== undefined) {
    return;
  }
  const partial = `${cluster}.partial`;
  const passwordFolder = await mkdtemp(join(tmpdir(), 'vici-initdb-'));
  try {
    const passwordFile = join(passwordFolder, 'password');
    await writeFile(passwordFile, `${DEVELOPMENT_PASSWORD}\n`, { mode: 0o600 });
    for (const path of user === undefined ? [] : [passwordFolder, passwordFile]) {
      await chown(path, user?.uid ?? 0, user?.gid ?? 0);
    }
    await runInitdb(partial, passwordFile, programs, user);
    await rename(partial, cluster);
  } finally {
    await rm(passwordFolder, { recursive: true, force: true });
    await rm(partial, { recursive: true, force: true });
  }
}

async function runInitdb(
  folder: string,
  passwordFile: string,
  programs: PostgresPrograms,
  user: PosixUser | undefined,
): Promise<void> {
  // Bytes sort as bytes everywhere; letters of every language still fold case, where the system knows the locale.
  const unicodeLetters = process.platform === 'darwin' ? 'UTF-8' : 'C.UTF-8';
  for (const letters of [unicodeLetters, 'C']) {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { mode: 0o700 });
    if (user !== undefined) {
      await chown(folder, user.uid, user.gid);
    }
    const args = [
      `--pgdata=${folder}`,
      `--username=${DEVELOPMENT_USER}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      `--lc-ctype=${letters}`,
      '--no-sync',
    ];
    const ids = user === undefined ? {} : { uid: user.uid, gid: user.gid };
    try {
      await capture(programs.initdb, args, {
        cwd: dirname(folder),
        ...ids,
        env: { PATH: process.env.PATH, LC_ALL: 'C' },
      });
      return;
    } catch (error) {
      if (letters === 'C' || !INVALID_LOCALE.test(String(error))) {
        throw new Error('PostgreSQL could not make its data folder.', { cause: error });
      }
    }
  }
}

/**
 * After kill -9 `postmaster.pid` stays behind. PostgreSQL ignores it when its process is gone, but not when the
 * number meanwhile belongs to another process of the same user; so the file goes when that is no postgres.
 */
export async function removeStalePidFile(cluster: string): Promise<void> {
  const path = join(cluster, 'postmaster.pid');
  const text = await readFile(path, 'utf8').catch(() => undefined);
  const pid = Number(text?.split('\n')[0]);
  if (text === undefined || !Number.isInteger(pid)) {
    return;
  }
  const answer = await capture('ps', ['-o', 'comm=', '-p', String(pid)]).catch(() => undefined);
  if (answer !== undefined && !answer.stdout.includes('postgres')) {
    await rm(path, { force: true });
  }
}
