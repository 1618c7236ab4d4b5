// notification-service alone, on PostgreSQL and Redis of its own that write to disk before they answer, as in production. Its argument is the address of the mail server.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres, startRedis } from '@vici/backing-services';
import { notificationService } from '@vici/notification-service';
import { startService } from '@vici/utils';
import pg from 'pg';
import { answerWith, report, untilReleased } from './served.ts';
import { countStatements, workSoFar } from './work-counter.ts';

const folder = await mkdtemp(join(tmpdir(), 'vici-notifications-'));

report({ progress: 'starting PostgreSQL and Redis' });
const postgres = await startPostgres({ dataDir: join(folder, 'postgres') });
const redis = await startRedis({ dataDir: join(folder, 'redis') });
const admin = new pg.Client({ connectionString: postgres.endpoint.url('postgres') });
await admin.connect();
await admin.query('create database notification_db');
await admin.end();

countStatements();
const service = await startService(notificationService, {
  env: {
    NODE_ENV: 'test',
    LOG_LEVEL: 'error',
    HTTP_HOST: '127.0.0.1',
    HTTP_PORT: '0',
    GRPC_HOST: '127.0.0.1',
    GRPC_PORT: '0',
    DATABASE_URL: postgres.endpoint.url('notification_db'),
    REDIS_URL: redis.endpoint.url,
    EVENT_BUS: 'redis',
    SMTP_URL: process.argv[2] ?? '',
  },
});
untilReleased(async () => {
  await service.stop();
  await Promise.all([postgres.stop(), redis.stop()]);
  await rm(folder, { recursive: true, force: true });
});
answerWith(() => workSoFar(redis.endpoint.url));
report({ address: redis.endpoint.url });
