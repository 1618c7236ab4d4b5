import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type pg from 'pg';
import type { Database } from './database.js';
import { translateConnectionFault } from './postgres-errors.js';

/** One migration file: `name` is '<package folder>/<file>', so two packages may both have a 0001_init.sql. */
export interface Migration {
  readonly name: string;
  readonly sql: string;
  /** SHA-256 of the text with LF line ends, in hex. */
  readonly checksum: string;
}

/** Held by the one process that migrates; any number that nothing else in the database uses as an advisory lock. */
const LOCK_KEY = '7152031974405127';
/** Others may be running long migrations; past this something is stuck and a person should look. */
const LOCK_WAIT = '300s';
/** A migration that waits for a table lock holds up every later query on that table: rather fail and be started again. */
const TABLE_LOCK_WAIT = '15s';

const CREATE_LEDGER = `
  create table if not exists schema_migrations (
    name text primary key,
    checksum text not null,
    applied_at timestamptz not null default now()
  )`;

async function readFolder(folder: URL): Promise<Migration[]> {
  const path = fileURLToPath(folder);
  const owner = basename(dirname(join(path, '.')));
  const files = (await readdir(path)).filter((file) => file.endsWith('.sql')).sort();
  return await Promise.all(
    files.map(async (file) => {
      const sql = (await readFile(join(path, file), 'utf8')).replaceAll('\r\n', '\n');
      return { name: `${owner}/${file}`, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}

/**
 * The migrations of `folders`, folder by folder, files in name order.
 * @throws Error when two of them would have the same name
 */
export async function readMigrations(folders: readonly URL[]): Promise<Migration[]> {
  const migrations = (await Promise.all(folders.map(readFolder))).flat();
  const names = new Set<string>();
  for (const { name } of migrations) {
    if (names.has(name)) throw new Error(`Two migrations are named ${name}`);
    names.add(name);
  }
  return migrations;
}

async function appliedChecksums(client: pg.Client): Promise<Map<string, string>> {
  await client.query(CREATE_LEDGER);
  const { rows } = await client.query<{ name: string; checksum: string }>(
    'select name, checksum from schema_migrations',
  );
  return new Map(rows.map((row) => [row.name, row.checksum]));
}

async function apply(client: pg.Client, migration: Migration): Promise<void> {
  await client.query('begin');
  try {
    await client.query(migration.sql);
    await client.query('insert into schema_migrations (name, checksum) values ($1, $2)', [
      migration.name,
      migration.checksum,
    ]);
    await client.query('commit');
  } catch (cause) {
    await client.query('rollback');
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`Migration ${migration.name} failed: ${reason}`, { cause });
  }
}

async function applyPending(client: pg.Client, migrations: readonly Migration[]): Promise<string[]> {
  const known = await appliedChecksums(client);
  const changed = migrations.find(({ name, checksum }) => known.has(name) && known.get(name) !== checksum);
  if (changed !== undefined) {
    throw new Error(`Migration ${changed.name} was changed after it was applied: add a new one instead`);
  }
  const pending = migrations.filter(({ name }) => !known.has(name));
  for (const migration of pending) await apply(client, migration);
  return pending.map(({ name }) => name);
}

/**
 * Brings the database up to date: applies the *.sql files of `folders` not yet in the table schema_migrations, each in
 * its own transaction. Processes that start together take turns under an advisory lock, so each file is applied once.
 * Files recorded but no longer present are left alone, so an older release can start on a newer schema.
 * @returns the names applied by this call, in order
 * @throws Error naming the file that failed, or that was changed after it had been applied
 * @throws DomainError SERVICE_UNAVAILABLE when the database cannot be reached
 */
export async function migrate(
  database: Pick<Database<unknown>, 'createClient'>,
  folders: readonly URL[],
): Promise<string[]> {
  const migrations = await readMigrations(folders);
  const client = database.createClient();
  try {
    await client.connect();
    await client.query(`set lock_timeout = '${LOCK_WAIT}'`);
    await client.query('select pg_advisory_lock($1)', [LOCK_KEY]);
    await client.query(`set lock_timeout = '${TABLE_LOCK_WAIT}'`);
    return await applyPending(client, migrations);
  } catch (error) {
    throw translateConnectionFault(error);
  } finally {
    // Closing the session releases the lock.
    await client.end();
  }
}
