import {
  baseConfig,
  databaseConfig,
  eventBusConfig,
  grpcServerConfig,
  httpConfig,
  SERVICE_PORTS,
} from '@vici/utils';
import { z } from 'zod';

const { http, grpc } = SERVICE_PORTS.event;

/** What event-service reads from its environment. */
export const eventConfig = z.object({
  ...baseConfig,
  ...httpConfig(http),
  ...grpcServerConfig(grpc),
  ...databaseConfig('event_db'),
  ...eventBusConfig,
  EVENT_RETENTION_DAYS: z
    .number()
    .int()
    .min(2)
    .max(3650)
    .default(90)
    .describe('How long behaviour events are kept in the database, in days.'),
  INGEST_CONCURRENCY: z
    .number()
    .int()
    .min(1)
    .max(100)
    .default(6)
    .describe('Batches of events written at once; keep it below DATABASE_POOL_MAX.'),
  INGEST_QUEUE_MAX: z
    .number()
    .int()
    .min(0)
    .max(10_000)
    .default(100)
    .describe('Batches that may wait to be written; more are turned away.'),
});

export type EventConfig = z.infer<typeof eventConfig>;
