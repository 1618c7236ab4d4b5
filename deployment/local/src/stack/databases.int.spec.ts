import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BackingService, type PostgresEndpoint, startPostgres } from '@vici/backing-services';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databaseUrl, provisionDatabases } from './databases.js';

let folder = '';
let postgres: BackingService<PostgresEndpoint>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vici-databases-'));
  // Postgres does not run as root, and its own user must be able to pass through.
  await chmod(folder, 0o755);
  postgres = await startPostgres({ dataDir: join(folder, 'postgres'), ephemeral: true });
});

afterAll(async () => {
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
});

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('provisionDatabases', () => {
  it('gives each service a database only its own role can enter, also when two do it at once', async () => {
    const { endpoint } = postgres;
    await Promise.all([1, 2].map(() => provisionDatabases(endpoint, ['auth', 'product'])));
    await provisionDatabases(endpoint, ['auth', 'product']);

    const auth = databaseUrl(endpoint, 'auth');
    await query(auth, 'CREATE TABLE account (id int)');
    expect(await query(auth, 'SELECT current_user AS me, current_database() AS here')).toEqual([
      { me: 'auth_service', here: 'auth_db' },
    ]);
    expect(
      await query(
        auth,
        'SELECT rolsuper, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = current_user',
      ),
    ).toEqual([{ rolsuper: false, rolcreatedb: false, rolcreaterole: false }]);

    const foreign = new URL(auth);
    foreign.pathname = '/product_db';
    await expect(query(foreign.href, 'SELECT 1')).rejects.toThrow(
      'permission denied for database "product_db"',
    );
    await expect(query(auth, 'CREATE DATABASE mine')).rejects.toThrow('permission denied');
    await expect(query(auth, 'CREATE ROLE mine')).rejects.toThrow('permission denied');
  });

  it('puts the search extensions into product_db, usable by its owner', async () => {
    await provisionDatabases(postgres.endpoint, ['product']);
    const product = databaseUrl(postgres.endpoint, 'product');
    expect(
      await query(
        product,
        "SELECT word_similarity('hart', 'heart') > 0 AS trigrams, levenshtein('hart', 'heart') AS edits",
      ),
    ).toEqual([{ trigrams: true, edits: 1 }]);
  });
});
