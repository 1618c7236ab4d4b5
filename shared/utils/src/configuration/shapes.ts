import { z } from 'zod';
import { SERVICE_PORTS, type ServiceName } from './service-ports.js';

function port(): z.ZodNumber {
  return z.number().int().min(0).max(65_535);
}

/** What every process has. */
export const baseConfig = {
  NODE_ENV: z
    .enum(['development', 'test', 'production'])
    .default('development')
    .describe('Where the service runs; production refuses development defaults for secrets.'),
  LOG_LEVEL: z
    .enum(['debug', 'info', 'warn', 'error', 'silent'])
    .default('info')
    .describe('Least severity that is logged.'),
  LOG_FORMAT: z
    .enum(['json', 'pretty'])
    .default('json')
    .describe('json for machines, pretty for a terminal.'),
  SHUTDOWN_GRACE_MS: z
    .number()
    .int()
    .min(0)
    .default(10_000)
    .describe('How long running requests may take to end at shutdown, in milliseconds.'),
  SHUTDOWN_DELAY_MS: z
    .number()
    .int()
    .min(0)
    .default(0)
    .describe(
      'At shutdown the service is unready but still serves for so many milliseconds, for load balancers to turn away.',
    ),
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .url()
    .optional()
    .describe('OpenTelemetry collector, such as http://localhost:4318; tracing is off without it.'),
};

/** The HTTP listener. */
export function httpConfig(defaultPort: number) {
  return {
    HTTP_HOST: z.string().default('0.0.0.0').describe('Address the HTTP server listens on.'),
    HTTP_PORT: port().default(defaultPort).describe('Port of the HTTP server; 0 takes a free one.'),
  };
}

/** The gRPC listener. */
export function grpcServerConfig(defaultPort: number) {
  return {
    GRPC_HOST: z.string().default('0.0.0.0').describe('Address the gRPC server listens on.'),
    GRPC_PORT: port().default(defaultPort).describe('Port of the gRPC server; 0 takes a free one.'),
  };
}

/** The service's own Postgres database. */
export function databaseConfig(database: string) {
  return {
    DATABASE_URL: z
      .url({ protocol: /^postgres(ql)?$/ })
      .default(`postgres://vici:vici@localhost:5432/${database}`)
      .describe('Connection to the database of this service.')
      .meta({ secret: true }),
    DATABASE_POOL_MAX: z.number().int().min(1).default(10).describe('Most connections this process holds.'),
    DATABASE_STATEMENT_TIMEOUT_MS: z
      .number()
      .int()
      .min(0)
      .default(15_000)
      .describe('A statement is cancelled after this many milliseconds; 0 is never.'),
  };
}

const redisUrl = z.url({ protocol: /^rediss?$/ });

/** Redis for caches, counters and locks. */
export const redisConfig = {
  REDIS_URL: redisUrl.default('redis://localhost:6379').describe('Redis server.'),
};

/** The event bus. Holds REDIS_URL too, which the Redis bus uses when EVENT_BUS_REDIS_URL is not set. */
export const eventBusConfig = {
  ...redisConfig,
  EVENT_BUS: z
    .enum(['redis', 'kafka'])
    .default('redis')
    .describe('What carries events: Redis Streams or Apache Kafka.'),
  KAFKA_BROKERS: z
    .array(z.string().min(1))
    .min(1)
    .default(['localhost:9093'])
    .describe('Kafka brokers, separated by commas.'),
  KAFKA_PREFIX: z
    .string()
    .regex(/^[\w.-]*$/, 'must be letters, digits, dots, dashes and underscores')
    .optional()
    .describe('Stands before the names of topics and groups, where several Vicis share a Kafka cluster.'),
  EVENT_BUS_REDIS_URL: redisUrl
    .optional()
    .describe('Redis server of the event bus, when it is not REDIS_URL.'),
};

type UpstreamSchema = z.ZodDefault<z.ZodString>;

/** The configuration keys of the services a service calls. */
export type UpstreamShape<N extends ServiceName> = {
  [K in N as `${Uppercase<K>}_GRPC_URL`]: UpstreamSchema;
};

/** Where the services that are called answer: `<NAME>_GRPC_URL` as host:port, localhost by default; `dns:///host:port` spreads calls. */
export function upstreamConfig<N extends ServiceName>(...names: N[]): UpstreamShape<N>;
export function upstreamConfig(...names: ServiceName[]): Record<string, UpstreamSchema> {
  return Object.fromEntries(
    names.map((name) => [
      `${name.toUpperCase()}_GRPC_URL`,
      z
        .string()
        .regex(
          /^(?:dns:\/\/\/)?[^\s/:]+:\d{1,5}$|^\[[0-9a-f:]+\]:\d{1,5}$/i,
          'must be host:port or dns:///host:port',
        )
        .default(`localhost:${SERVICE_PORTS[name].grpc}`)
        .describe(
          `Address of the ${name} service: host:port, or dns:///host:port to spread calls over every address of a name.`,
        ),
    ]),
  );
}
