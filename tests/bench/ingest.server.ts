// The gateway and event-service in one process, on Kafka, PostgreSQL and Redis of their own: what taking events in needs.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gatewayService } from '@vici/api-gateway';
import { startKafka, startRedis } from '@vici/backing-services';
import { eventService } from '@vici/event-service';
import { InProcessRegistry, startService } from '@vici/utils';
import pg from 'pg';
import { startDatabase } from './bench-database.ts';
import { answerWith, report, untilReleased } from './served.ts';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const folder = await mkdtemp(join(tmpdir(), 'vici-ingest-'));
const place = (name: string) => ({ dataDir: join(folder, name), ephemeral: true });

report({ progress: 'starting Kafka, PostgreSQL and Redis' });
const kafka = await startKafka({ ...place('kafka'), cacheDir: join(root, '.vici/cache/kafka') });
const postgres = await startDatabase(place('postgres'), 'event_db');
const redis = await startRedis(place('redis'));

const env = {
  NODE_ENV: 'test',
  LOG_LEVEL: 'error',
  HTTP_HOST: '127.0.0.1',
  HTTP_PORT: '0',
  GRPC_HOST: '127.0.0.1',
  GRPC_PORT: '0',
  DATABASE_URL: postgres.url,
  REDIS_URL: redis.endpoint.url,
  EVENT_BUS: 'kafka',
  KAFKA_BROKERS: kafka.endpoint.brokers.join(','),
  RATE_LIMIT_MULTIPLIER: '0',
  BOT_EVENTS_PER_MINUTE: '1000000000',
  INGEST_SPOOL_DIR: join(folder, 'spool'),
};
const archive = new pg.Pool({ connectionString: env.DATABASE_URL, max: 1 });
/** How many events the archive holds. */
answerWith(async () => {
  const { rows } = await archive.query<{ count: string }>('select count(*) from behaviour_events');
  return { archived: Number(rows[0]?.count) };
});
const registry = new InProcessRegistry();
const events = await startService(eventService, { env, registry });
const gateway = await startService(gatewayService, {
  env: { ...env, EVENT_GRPC_URL: `127.0.0.1:${events.grpcPort}` },
  registry,
});
untilReleased(async () => {
  await gateway.stop();
  await events.stop();
  await archive.end();
  await Promise.all([kafka.stop(), postgres.stop(), redis.stop()]);
  await rm(folder, { recursive: true, force: true });
});
report({
  address: {
    url: `http://127.0.0.1:${gateway.httpPort}`,
    brokers: kafka.endpoint.brokers,
    events: `127.0.0.1:${events.grpcPort}`,
  },
});
