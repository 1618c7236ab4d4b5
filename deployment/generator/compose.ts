import { topicSpecs } from '@vici/events';
import {
  type DeployedService,
  hasKey,
  KEPT_FOLDER,
  keepsFiles,
  NODE_OPTIONS,
  upstreamKey,
} from './topology.ts';

type Block = Readonly<Record<string, unknown>>;

/** The part of docker-compose.services.yml that the services' own schemas decide. */
export function composeServices(services: readonly DeployedService[]): Block {
  return {
    name: 'vici',
    services: Object.fromEntries(
      services.map((service) => [service.fullName, composeService(service, services)]),
    ),
    volumes: Object.fromEntries(services.filter(keepsFiles).map((service) => [keptVolumeOf(service), {}])),
  };
}

function keptVolumeOf({ fullName }: DeployedService): string {
  return `vici-${fullName}`;
}

/** Lines `<topic> <partitions> <retention in milliseconds>` for the script that creates them. */
export function topicLines(): string {
  return topicSpecs()
    .map(({ name, partitions, retentionMs }) => `${name} ${partitions} ${retentionMs}\n`)
    .join('');
}

/** The services that have a database, a line each, for the script that creates databases and their owners. */
export function databaseLines(services: readonly DeployedService[]): string {
  return services
    .filter((service) => hasKey(service, 'DATABASE_URL'))
    .map(({ name }) => `${name}\n`)
    .join('');
}

/** The password of a service's database owner in deployment/.env. */
export function passwordKey({ name }: Pick<DeployedService, 'name'>): string {
  return `${name.toUpperCase()}_DB_PASSWORD`;
}

function composeService(service: DeployedService, all: readonly DeployedService[]): Block {
  const { fullName, http, calls } = service;
  return {
    image: `${setting('REGISTRY', 'vici')}/${fullName}:${setting('TAG', 'local')}`,
    build: { context: '..', dockerfile: 'deployment/Dockerfile', args: { SERVICE: fullName } },
    container_name: `vici-${fullName}`,
    restart: 'unless-stopped',
    read_only: true,
    tmpfs: ['/tmp'],
    security_opt: ['no-new-privileges:true'],
    cap_drop: ['ALL'],
    mem_limit: '512m',
    stop_grace_period: '30s',
    environment: environment(service, all),
    ...(keepsFiles(service) && { volumes: [`${keptVolumeOf(service)}:${KEPT_FOLDER.path}`] }),
    ...(service.name === 'gateway' && {
      ports: [`127.0.0.1:${setting('GATEWAY_PORT', String(http))}:${http}`],
    }),
    depends_on: {
      ...backing(service),
      ...Object.fromEntries(
        all
          .filter(({ name }) => calls.includes(name))
          .map((other) => [other.fullName, { condition: 'service_started' }]),
      ),
    },
  };
}

function environment(service: DeployedService, all: readonly DeployedService[]): Record<string, string> {
  const { name, http, calls } = service;
  const password = setting(passwordKey(service));
  return {
    NODE_ENV: setting('NODE_ENV', 'development'),
    NODE_OPTIONS,
    LOG_LEVEL: setting('LOG_LEVEL', 'info'),
    HTTP_PORT: String(http),
    ...(hasKey(service, 'DATABASE_URL') && {
      DATABASE_URL: `postgres://${name}_service:${password}@vici-postgres:5432/${name}_db`,
    }),
    REDIS_URL: `redis://:${setting('REDIS_PASSWORD')}@vici-redis:6379`,
    EVENT_BUS: 'kafka',
    KAFKA_BROKERS: 'vici-kafka:9092',
    OTEL_SERVICE_NAME: service.fullName,
    OTEL_EXPORTER_OTLP_ENDPOINT: setting('OTEL_EXPORTER_OTLP_ENDPOINT', ''),
    ...Object.fromEntries(
      all
        .filter((other) => calls.includes(other.name))
        .map((other) => [upstreamKey(other.name), `${other.fullName}:${other.grpc}`]),
    ),
    ...(hasKey(service, 'S3_ENDPOINT') && {
      S3_ENDPOINT: 'http://vici-minio:9000',
      ...(hasKey(service, 'S3_BUCKET') && { S3_BUCKET: setting('MEDIA_BUCKET') }),
      ...(hasKey(service, 'S3_STAGING_BUCKET') && { S3_STAGING_BUCKET: setting('STAGING_BUCKET') }),
      ...(hasKey(service, 'S3_SNAPSHOT_BUCKET') && { S3_SNAPSHOT_BUCKET: setting('SNAPSHOT_BUCKET') }),
      S3_REGION: 'us-east-1',
      S3_ACCESS_KEY_ID: setting('MINIO_ROOT_USER'),
      S3_SECRET_ACCESS_KEY: setting('MINIO_ROOT_PASSWORD'),
    }),
    ...(hasKey(service, 'MEDIA_PUBLIC_URL') && { MEDIA_PUBLIC_URL: setting('MEDIA_PUBLIC_URL') }),
    ...(keepsFiles(service) && { [KEPT_FOLDER.key]: KEPT_FOLDER.path }),
    ...passedOn(service),
  };
}

/** What the operator sets in deployment/.env; empty leaves the service's own default. */
function passedOn({ keys }: DeployedService): Record<string, string> {
  const wanted = new Set([
    'SMTP_URL',
    'STOREFRONT_URL',
    'MAIL_FROM',
    'MAIL_DOMAIN',
    'ALLOWED_ORIGINS',
    'SHOP_CURRENCY',
  ]);
  const set = keys.filter(
    ({ key, secret, defaultValue }) =>
      wanted.has(key) || (secret && defaultValue === undefined && !key.startsWith('S3_')),
  );
  return Object.fromEntries(set.map(({ key }) => [key, setting(key, '')]));
}

function backing(service: DeployedService): Record<string, Block> {
  const healthy = { condition: 'service_healthy' };
  return {
    ...(hasKey(service, 'DATABASE_URL') && { 'vici-postgres': healthy }),
    'vici-redis': healthy,
    'vici-kafka': healthy,
    ...(hasKey(service, 'S3_ENDPOINT') && { 'vici-minio': healthy }),
  };
}

/** What Compose puts in from deployment/.env; without a fallback it has to be there. */
function setting(name: string, fallback?: string): string {
  return fallback === undefined ? `\${${name}:?}` : `\${${name}:-${fallback}}`;
}
