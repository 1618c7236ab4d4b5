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
    .max(1000)
    .default(64)
    .describe('Batches of events being published at once.'),
  INGEST_QUEUE_MAX: z
    .number()
    .int()
    .min(0)
    .max(10_000)
    .default(500)
    .describe('Batches that may wait to be published; more are turned away.'),
  INGEST_SPOOL_DIR: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Folder on a disk that outlives the process, for events accepted while the bus is away; without it they are turned away then.',
    ),
  INGEST_SPOOL_MAX_MB: z
    .number()
    .int()
    .min(1)
    .max(1_000_000)
    .default(512)
    .describe('Most megabytes of events that wait on disk; more are turned away.'),
  SHOP_CURRENCY: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .default('USD')
    .describe('Currency of the figures where the request names none (ISO 4217).'),
  BOT_EVENTS_PER_MINUTE: z
    .number()
    .int()
    .min(1)
    .default(600)
    .describe('A shopper who causes more events a minute is taken for a program.'),
});

export type EventConfig = z.infer<typeof eventConfig>;
