// `npm run bench:rebuild [millions of interactions]`: how fast recommendation-service builds its index from its database, and
// from a snapshot of it.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRedis, startS3 } from '@vici/backing-services';
import { recommendationService } from '@vici/recommendation-service';
import { Metrics, startService } from '@vici/utils';
import pg from 'pg';
import { startDatabase } from './bench-database.ts';

const millions = Number(process.argv[2] ?? 1);
if (!(millions > 0)) {
  console.error('Usage: npm run bench:rebuild [millions of interactions]');
  process.exit(2);
}
const rows = Math.round(millions * 1_000_000);
const WANTED_PER_SECOND = 100_000;

/** Visits of five steps among twenty thousand products, a few of which are looked at most; a fifth of the visitors known. */
const FILL = `
  insert into interactions (event_id, user_id, session_id, product_id, kind, at)
  select gen_random_uuid(), case when n % 5 = 0 then md5('user' || n / 25)::uuid end, md5('visit' || n / 5)::uuid::text,
    md5('product' || (20000 * random() ^ 3)::int)::uuid,
    case when random() < 0.9 then 'view' when random() < 0.7 then 'cart' else 'purchase' end,
    now() - interval '1 day' + n * interval '10 milliseconds'
  from generate_series(1, $1) n`;

const folder = await mkdtemp(join(tmpdir(), 'vici-rebuild-'));
const place = (name: string) => ({ dataDir: join(folder, name), ephemeral: true });
const postgres = await startDatabase(place('postgres'), 'recommendation_db');
const redis = await startRedis(place('redis'));
const s3 = await startS3({ ...place('s3'), buckets: ['vici-snapshots'] });
const { url } = postgres;
const env = {
  NODE_ENV: 'test',
  LOG_LEVEL: 'error',
  HTTP_HOST: '127.0.0.1',
  HTTP_PORT: '0',
  GRPC_HOST: '127.0.0.1',
  GRPC_PORT: '0',
  DATABASE_URL: url,
  REDIS_URL: redis.endpoint.url,
  S3_ENDPOINT: s3.endpoint.url,
  S3_REGION: s3.endpoint.region,
  S3_ACCESS_KEY_ID: s3.endpoint.accessKeyId,
  S3_SECRET_ACCESS_KEY: s3.endpoint.secretAccessKey,
};

/** Seconds from nothing to a whole index, the database's share of it included; with what it was built from. */
async function measureStart(): Promise<{ from: string; seconds: number }> {
  const service = await startService(recommendationService, { env });
  try {
    const metrics = await service.app.get(Metrics, { strict: false }).registry.metrics();
    const [, from = '', seconds] =
      /recommendation_index_start_seconds\{[^}]*from="(\w+)"[^}]*\} ([\d.e+-]+)/.exec(metrics) ?? [];
    return { from, seconds: Number(seconds) };
  } finally {
    await service.stop();
  }
}

async function statement(sql: string, values: readonly unknown[] = []): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(sql, [...values]);
  await client.end();
}

try {
  // Its tables are made by its first start.
  await (await startService(recommendationService, { env: { ...env, S3_ENDPOINT: '' } })).stop();
  console.log(`Writing ${rows} interactions`);
  await statement(FILL, [rows]);
  await statement('vacuum analyze interactions');
  const fromLogs = await measureStart();
  const fromSnapshot = await measureStart();
  for (const { from, seconds } of [fromLogs, fromSnapshot]) {
    console.log(
      `Index of ${rows} interactions from ${from}: ${seconds.toFixed(2)} s, ${Math.round(rows / seconds)}/s`,
    );
  }
  if (rows / fromLogs.seconds < WANTED_PER_SECOND) process.exitCode = 1;
} finally {
  await Promise.all([postgres.stop(), redis.stop(), s3.stop()]);
  await rm(folder, { recursive: true, force: true });
}
