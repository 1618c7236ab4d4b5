import { join } from 'node:path';
import type { ServiceName } from '@vici/utils';
import { type Backing, MEDIA_BUCKET, SNAPSHOT_BUCKET, STAGING_BUCKET } from './backing.js';
import { databaseUrl } from './databases.js';
import { DEMO_ADMIN } from './development-accounts.js';
import type { PortPlan } from './port-plan.js';
import { STACK_SERVICES, type StackService } from './service-catalogue.js';
import type { LocalStackOptions } from './stack-options.js';

/** Everything listens here and nowhere else: the demo accounts' passwords are public. */
export const LOOPBACK = '127.0.0.1';

type Environment = Readonly<Record<string, string>>;

/** What a service of the stack is configured with; `options.env` and `options.serviceEnv` have the last word. */
export function serviceEnvironment(
  name: StackService,
  ports: PortPlan,
  backing: Backing,
  options: Pick<LocalStackOptions, 'bus' | 'env' | 'serviceEnv'> &
    Partial<Pick<LocalStackOptions, 'dataDir'>>,
): Environment {
  const { http, grpc } = ports.services[name];
  return {
    NODE_ENV: 'development',
    LOG_LEVEL: 'info',
    SHUTDOWN_GRACE_MS: '5000',
    HTTP_HOST: LOOPBACK,
    HTTP_PORT: String(http),
    ...(grpc === undefined ? {} : { GRPC_HOST: LOOPBACK, GRPC_PORT: String(grpc) }),
    ...(name === 'gateway' ? {} : { DATABASE_URL: databaseUrl(backing.postgres.endpoint, name) }),
    REDIS_URL: backing.redis.endpoint.url,
    OTEL_SERVICE_NAME: name === 'gateway' ? 'api-gateway' : `${name}-service`,
    EVENT_BUS: options.bus ?? 'redis',
    ...(backing.kafka === undefined ? {} : { KAFKA_BROKERS: backing.kafka.endpoint.brokers.join(',') }),
    ...upstreamAddresses(ports),
    ...ownSettings(name, backing),
    ...(name === 'event' && options.dataDir !== undefined
      ? { INGEST_SPOOL_DIR: join(options.dataDir, 'event-spool') }
      : {}),
    ...options.env,
    ...ownEntries(options.serviceEnv, name),
    // The log files and `onLog` take JSON; a terminal's form is made from it.
    LOG_FORMAT: 'json',
  };
}

/** `http://host:port` of a service. */
export function httpUrl(ports: PortPlan, name: StackService): string {
  return `http://${LOOPBACK}:${ports.services[name].http}`;
}

/** `host:port` of a service's gRPC API. @throws Error for the gateway, which has none */
export function grpcAddress(ports: PortPlan, name: StackService): string {
  const { grpc } = ports.services[name];
  if (grpc === undefined) {
    throw new Error(`${name} has no gRPC API.`);
  }
  return `${LOOPBACK}:${grpc}`;
}

/** `<NAME>_GRPC_URL` of every service with an API. */
export function upstreamAddresses(ports: PortPlan): Environment {
  return Object.fromEntries(
    STACK_SERVICES.flatMap((name) => {
      const { grpc } = ports.services[name];
      return grpc === undefined ? [] : [[`${name.toUpperCase()}_GRPC_URL`, `${LOOPBACK}:${grpc}`]];
    }),
  );
}

function ownSettings(name: StackService, backing: Backing): Environment {
  const own: Partial<Record<StackService, Environment>> = {
    auth: {
      // About 80 ms a password instead of a third of a second; production keeps the default.
      BCRYPT_COST: '10',
      AUTH_BOOTSTRAP_ADMIN_EMAIL: DEMO_ADMIN.email,
      AUTH_BOOTSTRAP_ADMIN_PASSWORD: DEMO_ADMIN.password,
    },
    product: pictureStore(backing),
    recommendation: { ...objectStorage(backing), S3_SNAPSHOT_BUCKET: SNAPSHOT_BUCKET },
    notification: { SMTP_URL: backing.mail.endpoint.smtpUrl },
  };
  return own[name] ?? {};
}

function pictureStore(backing: Backing): Environment {
  return {
    ...objectStorage(backing),
    S3_BUCKET: MEDIA_BUCKET,
    S3_STAGING_BUCKET: STAGING_BUCKET,
    MEDIA_PUBLIC_URL: `${backing.s3.endpoint.url}/${MEDIA_BUCKET}`,
  };
}

function objectStorage({ s3: { endpoint } }: Backing): Environment {
  return {
    S3_ENDPOINT: endpoint.url,
    S3_REGION: endpoint.region,
    S3_ACCESS_KEY_ID: endpoint.accessKeyId,
    S3_SECRET_ACCESS_KEY: endpoint.secretAccessKey,
  };
}

function ownEntries(serviceEnv: LocalStackOptions['serviceEnv'], name: StackService): Environment {
  const longName = name === 'gateway' ? 'api-gateway' : `${name}-service`;
  return { ...serviceEnv?.[longName], ...serviceEnv?.[name] };
}

/** The ten services that have a database. */
export function databaseServices(services: readonly StackService[]): ServiceName[] {
  return services.flatMap((name) => (name === 'gateway' ? [] : [name]));
}
