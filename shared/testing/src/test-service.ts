import type { DomainEvent, EventBusConfig } from '@vici/events';
import {
  type GrpcCallOptions,
  type GrpcClient,
  GrpcClientFactory,
  type GrpcDefinition,
  InProcessRegistry,
  type RunningService,
  type ServiceDefinition,
  startService,
} from '@vici/utils';
import { afterAll, beforeAll } from 'vitest';
import type { z } from 'zod';
import type { FakeUpstream } from './fake-upstream.js';
import type { PublishedEvents } from './published-events.js';
import { busEnvironment, runBusConfig } from './run-bus.js';
import { type CreatedDatabase, createTestDatabase } from './test-database.js';
import { testLogLevel } from './test-logger.js';
import { testRedisUrl } from './test-redis.js';

const START_TIMEOUT_MS = 120_000;
/** How long a test waits for an answer unless it says otherwise: longer than a busy machine stands still. */
const PATIENCE_MS = 20_000;

/** Class, string or symbol a provider is registered under. */
export type ProviderToken<T> = (abstract new (...args: never[]) => T) | string | symbol;

/** A service under test. Everything is valid in tests and hooks. */
export interface TestService {
  /** The environment it was started with. */
  readonly env: Readonly<Record<string, string>>;
  readonly registry: InProcessRegistry;
  readonly running: RunningService;
  /** The bus it is on, which no other service shares unless told. */
  readonly bus: EventBusConfig;
  /** A client of one of its APIs, in process; it waits long for an answer where a call names no time. */
  client<D extends GrpcDefinition>(definition: D): GrpcClient<D>;
  /** A provider of its Nest application. */
  get<T>(token: ProviderToken<T>): T;
  /** The events it has published so far, in order: they arrive by the bus, so look with `eventually`. */
  events(): readonly DomainEvent[];
  /** The privileged acts it has put on record so far, in order: look with `eventually`, as for events. */
  audits(): readonly DomainEvent<'audit.recorded'>[];
  /** Forgets the events and the acts so far. */
  clearEvents(): void;
  /** Puts an event on the bus, as another service would. */
  publish(event: DomainEvent): Promise<void>;
}

/** Settings a test adds to the environment; a function is called once the other fixtures of the file are there. */
export type TestEnv = Readonly<Record<string, string>> | (() => Readonly<Record<string, string>>);

/** What surrounds the service under test. */
export interface TestServiceOptions {
  readonly upstreams?: readonly Pick<FakeUpstream, 'register'>[];
  /** A service opened before, whose events this one is to hear, and the other way round. */
  readonly onBusOf?: Pick<TestService, 'bus'>;
}

interface OpenService {
  readonly bus: EventBusConfig;
  readonly env: Readonly<Record<string, string>>;
  readonly running: RunningService;
  readonly published: PublishedEvents;
  readonly database: CreatedDatabase | undefined;
}

async function open<S extends z.ZodObject>(
  definition: ServiceDefinition<S>,
  extra: TestEnv,
  registry: InProcessRegistry,
  shared: EventBusConfig | undefined,
): Promise<OpenService> {
  const redisUrl = await testRedisUrl();
  const bus = shared ?? (await runBusConfig());
  const database = 'DATABASE_URL' in definition.config.shape ? await createTestDatabase() : undefined;
  const env: Record<string, string> = {
    NODE_ENV: 'test',
    LOG_LEVEL: testLogLevel,
    SHUTDOWN_GRACE_MS: '20000',
    HTTP_HOST: '127.0.0.1',
    HTTP_PORT: '0',
    GRPC_HOST: '127.0.0.1',
    GRPC_PORT: '0',
    REDIS_URL: redisUrl,
    ...busEnvironment(bus),
    ...(database !== undefined && { DATABASE_URL: database.url }),
    ...(typeof extra === 'function' ? extra() : extra),
  };
  // A test of what only one kind of bus does names it in its environment.
  const listened = env['EVENT_BUS'] === bus.kind ? bus : ({ kind: 'redis', url: redisUrl } as const);
  // Loaded only here: a test file without a service needs no broker clients.
  const { PublishedEvents: Published } = await import('./published-events.js');
  const published = await Published.listen(listened, `${definition.name}-service`);
  try {
    return { env, bus, database, published, running: await startService(definition, { env, registry }) };
  } catch (error) {
    await published.close();
    await database?.drop();
    throw error;
  }
}

/** The client, whose calls wait as long as a busy machine may need: what a shopper waits is another matter. */
function patient<C extends object>(client: C): C {
  return new Proxy(client, {
    get: (methods, name) => {
      const method: unknown = Reflect.get(methods, name);
      if (typeof method !== 'function') return method;
      return (request: unknown, options: GrpcCallOptions = {}) =>
        Reflect.apply(method, methods, [request, { timeoutMs: PATIENCE_MS, ...options }]);
    },
  });
}

async function close({ running, published, database }: OpenService): Promise<void> {
  try {
    await running.stop();
  } finally {
    await published.close();
    await database?.drop();
  }
}

/**
 * The real service, started before the tests of this file and stopped after them: on free ports, with a database of
 * its own that it migrates itself, an empty Redis and an empty bus of the run's kind. `env` is added to its environment;
 * `options.upstreams` play the other services it calls.
 */
export function useService<S extends z.ZodObject>(
  definition: ServiceDefinition<S>,
  env: TestEnv = {},
  options: TestServiceOptions = {},
): TestService {
  const registry = new InProcessRegistry();
  let service: OpenService | undefined;
  beforeAll(async () => {
    for (const upstream of options.upstreams ?? []) upstream.register(registry);
    service = await open(definition, env, registry, options.onBusOf?.bus);
  }, START_TIMEOUT_MS);
  afterAll(async () => {
    if (service !== undefined) await close(service);
  });
  const opened = () => {
    if (service === undefined)
      throw new Error(`The ${definition.name} service runs only inside tests and hooks`);
    return service;
  };
  const get = <T>(token: ProviderToken<T>): T => opened().running.app.get<T>(token, { strict: false });
  return {
    registry,
    get env() {
      return opened().env;
    },
    get running() {
      return opened().running;
    },
    get bus() {
      return opened().bus;
    },
    client: (api) =>
      patient(get(GrpcClientFactory).client(api, `127.0.0.1:${opened().running.grpcPort ?? 0}`)),
    get,
    events: () => opened().published.all,
    audits: () => opened().published.audits,
    clearEvents: () => opened().published.clear(),
    publish: (event) => opened().published.publish(event),
  };
}
