import type { LocalStack } from '@vici/local';
import pg from 'pg';

/** Runs one statement in a service's database, as somebody behind its back. */
export async function query<R extends pg.QueryResultRow>(
  stack: LocalStack,
  service: string,
  sql: string,
  values: readonly unknown[] = [],
): Promise<R[]> {
  const client = new pg.Client({ connectionString: stack.endpoints.databaseUrl(service) });
  await client.connect();
  try {
    return (await client.query<R>(sql, [...values])).rows;
  } finally {
    await client.end();
  }
}
