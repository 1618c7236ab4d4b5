import { startPostgres } from '@vici/backing-services';
import pg from 'pg';

/** A PostgreSQL server of this benchmark alone with one empty database in it. */
export async function startDatabase(options: Parameters<typeof startPostgres>[0], name: string) {
  const server = await startPostgres(options);
  const admin = new pg.Client({ connectionString: server.endpoint.url('postgres') });
  await admin.connect();
  await admin.query(`create database ${name}`);
  await admin.end();
  return { url: server.endpoint.url(name), stop: () => server.stop() };
}
