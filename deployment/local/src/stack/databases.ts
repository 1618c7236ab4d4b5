import type { PostgresEndpoint } from '@vici/backing-services';
import type { ServiceName } from '@vici/utils';
import pg from 'pg';
import { databaseAccount } from './development-accounts.js';

/** Needed by the product search; only a superuser may create them everywhere. */
const PRODUCT_EXTENSIONS = ['pg_trgm', 'fuzzystrmatch'] as const;
/** Two starts on one server must not create the same role at once. */
const LOCK = "hashtext('vici.local.databases')";

/**
 * Gives every service a database of its own, owned by a role that may do nothing outside it: no service can connect
 * to another's. Does nothing where they are there already.
 */
export async function provisionDatabases(
  postgres: PostgresEndpoint,
  services: readonly ServiceName[],
): Promise<void> {
  await withClient(postgres.url('postgres'), async (client) => {
    await client.query(`SELECT pg_advisory_lock(${LOCK})`);
    const roles = await names(client, 'SELECT rolname AS name FROM pg_roles');
    const databases = await names(client, 'SELECT datname AS name FROM pg_database');
    for (const service of services) {
      await provision(client, service, roles, databases);
    }
    if (services.includes('product')) {
      await createExtensions(postgres);
    }
  });
}

/** The connection a service gets: its own role on its own database. */
export function databaseUrl(postgres: PostgresEndpoint, service: ServiceName): string {
  const { database, role, password } = databaseAccount(service);
  const url = new URL(postgres.url(database));
  url.username = role;
  url.password = password;
  return url.href;
}

async function createExtensions(postgres: PostgresEndpoint): Promise<void> {
  await withClient(postgres.url(databaseAccount('product').database), async (client) => {
    for (const extension of PRODUCT_EXTENSIONS) {
      await client.query(`CREATE EXTENSION IF NOT EXISTS ${extension}`);
    }
  });
}

async function provision(
  client: pg.Client,
  service: ServiceName,
  roles: ReadonlySet<string>,
  databases: ReadonlySet<string>,
): Promise<void> {
  const { database, role, password } = databaseAccount(service);
  if (!roles.has(role)) {
    await client.query(
      `CREATE ROLE ${client.escapeIdentifier(role)} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION PASSWORD ${client.escapeLiteral(password)}`,
    );
  }
  if (!databases.has(database)) {
    await client.query(
      `CREATE DATABASE ${client.escapeIdentifier(database)} OWNER ${client.escapeIdentifier(role)}`,
    );
  }
  // Every time: a start may have ended between creating and closing it.
  await client.query(`REVOKE ALL ON DATABASE ${client.escapeIdentifier(database)} FROM PUBLIC`);
}

async function names(client: pg.Client, sql: string): Promise<ReadonlySet<string>> {
  const { rows } = await client.query<{ name: string }>(sql);
  return new Set(rows.map(({ name }) => name));
}

async function withClient(url: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
