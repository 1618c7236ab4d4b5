// notification-service alone, on PostgreSQL and Redis of its own that write to disk before they answer, as in production. Its argument is the address of the mail server.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRedis } from '@vici/backing-services';
import { notificationService } from '@vici/notification-service';
import { startService } from '@vici/utils';
import { startDatabase } from './bench-database.ts';
import { answerWith, report, untilReleased } from './served.ts';
import { countStatements, workSoFar } from './work-counter.ts';

const folder = await mkdtemp(join(tmpdir(), 'vici-notifications-'));

report({ progress: 'starting PostgreSQL and Redis' });
const postgres = await startDatabase({ dataDir: join(folder, 'postgres') }, 'notification_db');
const redis = await startRedis({ dataDir: join(folder, 'redis') });

countStatements();
const service = await startService(notificationService, {
  env: {
    NODE_ENV: 'test',
    LOG_LEVEL: 'error',
    HTTP_HOST: '127.0.0.1',
    HTTP_PORT: '0',
    GRPC_HOST: '127.0.0.1',
    GRPC_PORT: '0',
    DATABASE_URL: postgres.url,
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
