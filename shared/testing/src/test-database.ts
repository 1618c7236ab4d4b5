import { createHash, randomBytes } from 'node:crypto';
import { Database, migrate, readMigrations } from '@vici/database';
import pg from 'pg';
import { afterAll, beforeAll } from 'vitest';
import { runService } from './run-services.js';

const HOOK_TIMEOUT_MS = 120_000;

/** A migrated database of one test file. */
export interface TestDatabase<DB> {
  /** Valid in tests and hooks, not while the file is loaded. */
  readonly database: Database<DB>;
  readonly url: string;
}

/** An empty or migrated database somebody else connects to. */
export interface CreatedDatabase {
  readonly url: string;
  /** Removes it, whoever is still connected. */
  drop(): Promise<void>;
}

function urlOf(base: string, database: string): string {
  const url = new URL(base);
  url.pathname = `/${database}`;
  return url.href;
}

async function administer<T>(base: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: base, application_name: 'vici-testing' });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function migrateTemplate(base: string, name: string, migrations: readonly URL[]): Promise<void> {
  const database = new Database<unknown>({ url: urlOf(base, name), applicationName: 'vici-testing' });
  try {
    await migrate(database, migrations);
  } finally {
    await database.close();
  }
}

/** The name of a database with `migrations` applied, made by the first who needs it in this run. */
async function templateFor(client: pg.Client, base: string, migrations: readonly URL[]): Promise<string> {
  const files = await readMigrations(migrations);
  const text = files.map(({ name, checksum }) => `${name} ${checksum}\n`).join('');
  const name = `vici_template_${createHash('sha256').update(text).digest('hex').slice(0, 24)}`;
  const building = `${name}_building`;
  await client.query('select pg_advisory_lock(hashtext($1))', [name]);
  try {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [name]);
    if (rowCount === 0) {
      await client.query(`drop database if exists ${building} with (force)`);
      await client.query(`create database ${building}`);
      await migrateTemplate(base, building, migrations);
      // Under its own name only once complete: a failed migration must not leave a template that looks usable.
      await client.query(`alter database ${building} rename to ${name}`);
    }
  } finally {
    await client.query('select pg_advisory_unlock(hashtext($1))', [name]);
  }
  return name;
}

/** Creates a database on the run's PostgreSQL: a copy with `migrations` applied, or an empty one without. */
export async function createTestDatabase(migrations: readonly URL[] = []): Promise<CreatedDatabase> {
  const { base } = await runService('postgres');
  const name = `vici_test_${randomBytes(8).toString('hex')}`;
  await administer(base, async (client) => {
    const template = migrations.length === 0 ? 'template0' : await templateFor(client, base, migrations);
    await client.query(`create database ${name} template ${template}`);
  });
  return {
    url: urlOf(base, name),
    drop: async () => {
      await administer(base, (client) => client.query(`drop database if exists ${name} with (force)`));
    },
  };
}

/** A real, migrated PostgreSQL database of this test file alone: created before its tests, dropped after them. */
export function useTestDatabase<DB>(migrations: readonly URL[] = []): TestDatabase<DB> {
  let open: { readonly created: CreatedDatabase; readonly database: Database<DB> } | undefined;
  beforeAll(async () => {
    const created = await createTestDatabase(migrations);
    const database = new Database<DB>({ url: created.url, applicationName: 'vici-test' });
    open = { created, database };
  }, HOOK_TIMEOUT_MS);
  afterAll(async () => {
    await open?.database.close();
    await open?.created.drop();
  });
  const opened = () => {
    if (open === undefined) throw new Error('The test database exists only inside tests and hooks');
    return open;
  };
  return {
    get database() {
      return opened().database;
    },
    get url() {
      return opened().created.url;
    },
  };
}
