import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';

import { capture } from '../process/program-search.js';

/** A user id and its group. */
export interface PosixUser {
  name: string;
  uid: number;
  gid: number;
}

/**
 * The user PostgreSQL runs as. It refuses to run as root, so root hands it to `postgres`, else to `nobody`.
 * @returns undefined when this process is not root and needs no change of user
 */
export async function unprivilegedUser(): Promise<PosixUser | undefined> {
  if (process.getuid?.() !== 0) {
    return undefined;
  }
  for (const name of ['postgres', '_postgres', 'nobody']) {
    const ids = await Promise.all([capture('id', ['-u', name]), capture('id', ['-g', name])]).catch(
      () => undefined,
    );
    const [uid, gid] = (ids ?? []).map(({ stdout }) => Number(stdout));
    if (uid !== undefined && gid !== undefined) {
      return { name, uid, gid };
    }
  }
  throw new Error(
    'PostgreSQL does not run as root, and this machine has neither a user "postgres" nor "nobody".',
  );
}

/** The folder at or above `path` that `user` may not pass through, or undefined when all are open to it. */
export async function closedFolder(path: string, user: PosixUser): Promise<string | undefined> {
  for (let folder = path; ; folder = dirname(folder)) {
    const { uid, gid, mode } = await stat(folder);
    const passBit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
    if ((mode & passBit) === 0) {
      return folder;
    }
    if (folder === dirname(folder)) {
      return undefined;
    }
  }
}
