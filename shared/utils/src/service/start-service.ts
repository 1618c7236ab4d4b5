import type { AddressInfo } from 'node:net';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { z } from 'zod';
import { type Environment, loadConfig } from '../configuration/index.js';
import { GrpcBinding } from '../grpc/grpc-binding.js';
import { GrpcClientFactory } from '../grpc/grpc-client-factory.js';
import { GrpcServer } from '../grpc/grpc-server.js';
import { InProcessRegistry } from '../grpc/in-process-registry.js';
import { HealthRegistry } from '../health.js';
import { Logger, NestLogger } from '../logger.js';
import { Metrics } from '../metrics.js';
import { CreatedInstances } from './created-instances.js';
import { addOperationalRoutes } from './operational-routes.js';
import { RuntimeModule, type ServiceRuntime } from './runtime.module.js';
import { type RuntimeSettings, runtimeSettings } from './runtime-settings.js';
import type { RunningService, ServiceDefinition } from './service-definition.js';
import { type OpenParts, ServiceShutdown } from './service-shutdown.js';
import { UnusedConnections } from './unused-connections.js';

/** What a service is started with. */
export interface StartOptions {
  readonly env: Environment;
  /** Shared by services of one process, whose calls to each other then need no socket. */
  readonly registry?: InProcessRegistry;
  /** Made from LOG_LEVEL and LOG_FORMAT when not given. */
  readonly logger?: Logger;
}

/** The root of a service's module tree; it holds nothing itself. */
class ServiceRoot {}

/**
 * Starts a service: configuration, Nest application, gRPC port, HTTP port with /health, /ready and
 * /metrics. Resolves when it serves. When any step fails, everything opened before is closed again.
 * @throws ConfigError when the configuration has faults; Error naming port and service when a port is taken
 */
export async function startService<S extends z.ZodObject>(
  definition: ServiceDefinition<S>,
  options: StartOptions,
): Promise<RunningService> {
  const config = loadConfig(definition.config, options.env);
  const settings = runtimeSettings(definition, config);
  const runtime = createRuntime(definition.name, config, settings, options);
  const parts: OpenParts = { bindings: [] };
  const shutdown = new ServiceShutdown(parts, {
    name: definition.name,
    delayMs: settings.SHUTDOWN_DELAY_MS,
    graceMs: settings.SHUTDOWN_GRACE_MS,
    ...runtime,
  });
  try {
    const app = await createApp(definition, config, runtime);
    parts.app = app;
    parts.unusedConnections = new UnusedConnections(app.getHttpServer());
    addOperationalRoutes(app, runtime.health, runtime.metrics);
    await definition.configureHttp?.(app, config);
    await app.init();
    offerApis(definition, app, runtime, parts);
    const ports = await listen(definition, settings, runtime, app, parts);
    runtime.logger.info('The service is running.', ports);
    return { name: definition.name, ...ports, app, stop: () => shutdown.stop() };
  } catch (error) {
    await runtime.clients.close();
    await shutdown.stop().catch((fault: unknown) => {
      runtime.logger.error('A half-started service could not be closed entirely.', { error: fault });
    });
    throw error;
  }
}

/**
 * Makes the service's application, which brings its database up to date, and closes it again: nothing listens and
 * nothing is consumed.
 * @throws ConfigError when the configuration has faults; Error when the database cannot be brought up to date
 */
export async function migrateService<S extends z.ZodObject>(
  definition: ServiceDefinition<S>,
  options: StartOptions,
): Promise<void> {
  const config = loadConfig(definition.config, options.env);
  const settings = runtimeSettings(definition, config);
  const runtime = createRuntime(definition.name, config, settings, options);
  const app = await createApp(definition, config, runtime);
  await app.close();
  await runtime.clients.close();
  runtime.logger.info('The database is up to date.');
  await runtime.logger.flush();
}

function createRuntime(
  name: string,
  config: object,
  settings: RuntimeSettings,
  options: StartOptions,
): ServiceRuntime {
  const logger =
    options.logger ?? new Logger({ service: name, level: settings.LOG_LEVEL, format: settings.LOG_FORMAT });
  const metrics = new Metrics(name);
  const registry = options.registry ?? new InProcessRegistry();
  const clients = new GrpcClientFactory({ logger, metrics, registry });
  return { config, logger, metrics, registry, clients, health: new HealthRegistry() };
}

async function createApp<S extends z.ZodObject>(
  definition: ServiceDefinition<S>,
  config: z.infer<S>,
  runtime: ServiceRuntime,
): Promise<NestFastifyApplication> {
  const created = new CreatedInstances(runtime.logger);
  const imports = [RuntimeModule.forService(runtime), definition.module(config)];
  try {
    const app = await NestFactory.create<NestFastifyApplication>(
      { module: ServiceRoot, imports },
      new FastifyAdapter(definition.httpOptions?.(config) ?? {}),
      {
        logger: new NestLogger(runtime.logger),
        abortOnError: false,
        instrument: { instanceDecorator: created.remember },
      },
    );
    created.forget();
    return app;
  } catch (error) {
    await created.close();
    throw error;
  }
}

function offerApis(
  { name, grpc = [] }: Pick<ServiceDefinition, 'name' | 'grpc'>,
  app: NestFastifyApplication,
  runtime: ServiceRuntime,
  parts: OpenParts,
): void {
  for (const { definition, controller } of grpc) {
    const instance: unknown = app.get(controller, { strict: false });
    if (typeof instance !== 'object' || instance === null) {
      throw new Error(`${controller.name} of ${name} is not an object`);
    }
    const binding = new GrpcBinding(definition, instance, runtime);
    runtime.registry.register(binding);
    parts.bindings.push(binding);
  }
}

async function listen(
  { name }: Pick<ServiceDefinition, 'name'>,
  settings: RuntimeSettings,
  runtime: ServiceRuntime,
  app: NestFastifyApplication,
  parts: OpenParts,
): Promise<{ httpPort: number; grpcPort?: number }> {
  let grpcPort: number | undefined;
  if (parts.bindings.length > 0 && settings.GRPC_PORT !== undefined) {
    const { bindings } = parts;
    const server = new GrpcServer({ bindings, health: runtime.health, logger: runtime.logger });
    parts.grpcServer = server;
    const wanted = { service: name, key: 'GRPC_PORT', port: settings.GRPC_PORT };
    grpcPort = await orPortTaken(wanted, server.listen(settings.GRPC_HOST, settings.GRPC_PORT));
  }
  const wanted = { service: name, key: 'HTTP_PORT', port: settings.HTTP_PORT };
  await orPortTaken(wanted, app.listen({ host: settings.HTTP_HOST, port: settings.HTTP_PORT }));
  const httpPort = portOf(app.getHttpServer().address()) ?? settings.HTTP_PORT;
  return grpcPort === undefined ? { httpPort } : { httpPort, grpcPort };
}

async function orPortTaken<T>(
  wanted: { readonly service: string; readonly key: string; readonly port: number },
  listening: Promise<T>,
): Promise<T> {
  try {
    return await listening;
  } catch (error) {
    if (!String(error).includes('EADDRINUSE')) {
      throw error;
    }
    throw new Error(
      `${wanted.service} cannot listen: port ${wanted.port} is already in use (${wanted.key})`,
      { cause: error },
    );
  }
}

function portOf(address: AddressInfo | string | null): number | undefined {
  return typeof address === 'object' ? address?.port : undefined;
}
