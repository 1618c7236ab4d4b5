import type { Server } from 'node:http';
import type { DynamicModule, Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyHttpOptions } from 'fastify';
import type { z } from 'zod';
import type { ServiceName } from '../configuration/index.js';
import type { GrpcDefinition } from '../grpc/grpc-types.js';

/** One gRPC service and the provider that implements `GrpcHandlers` of it. */
export interface GrpcControllerBinding {
  readonly definition: GrpcDefinition;
  readonly controller: Type;
}

/** Everything that makes a service: its name, configuration, Nest module and gRPC API. */
export interface ServiceDefinition<S extends z.ZodObject = z.ZodObject> {
  readonly name: ServiceName | 'gateway';
  readonly config: S;
  /** Builds the service's Nest module from its parsed configuration. */
  module(config: z.infer<S>): DynamicModule | Type;
  readonly grpc?: readonly GrpcControllerBinding[];
  /** Settings of the HTTP server that cannot change later, such as trustProxy or bodyLimit. The gateway's alone. */
  httpOptions?(config: z.infer<S>): FastifyHttpOptions<Server>;
  /** Prepares the HTTP application before it listens: prefix, pipes, plugins. The gateway's alone. */
  configureHttp?(app: NestFastifyApplication, config: z.infer<S>): Promise<void>;
}

/** Declares a service; it is returned as given, typed by its configuration. */
export function defineService<S extends z.ZodObject>(definition: ServiceDefinition<S>): ServiceDefinition<S> {
  return definition;
}

/** A service that listens. */
export interface RunningService {
  readonly name: string;
  readonly httpPort: number;
  readonly grpcPort?: number;
  readonly app: NestFastifyApplication;
  /** Drains and closes everything, within SHUTDOWN_GRACE_MS for calls in flight. Asked twice, it stops once. */
  stop(): Promise<void>;
}
