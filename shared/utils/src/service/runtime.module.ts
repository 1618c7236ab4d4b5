import { type DynamicModule, Module } from '@nestjs/common';
import { Clock, SystemClock } from '../domain/clock.js';
import { GrpcClientFactory } from '../grpc/grpc-client-factory.js';
import { InProcessRegistry } from '../grpc/in-process-registry.js';
import { HealthRegistry } from '../health.js';
import { Logger } from '../logger.js';
import { Metrics } from '../metrics.js';
import { CONFIG } from './config.token.js';

/** What one running service is given; nothing of it is shared with another service but the registry. */
export interface ServiceRuntime {
  readonly config: object;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly health: HealthRegistry;
  readonly clients: GrpcClientFactory;
  readonly registry: InProcessRegistry;
}

/** Provides to every module of one service: CONFIG, Logger, Metrics, HealthRegistry, Clock, GrpcClientFactory, InProcessRegistry. */
@Module({})
export class RuntimeModule {
  /** Built anew for each start, so that services in one process stay apart. */
  static forService(runtime: ServiceRuntime): DynamicModule {
    return {
      module: RuntimeModule,
      global: true,
      providers: [
        { provide: CONFIG, useValue: runtime.config },
        { provide: Logger, useValue: runtime.logger },
        { provide: Metrics, useValue: runtime.metrics },
        { provide: HealthRegistry, useValue: runtime.health },
        { provide: GrpcClientFactory, useValue: runtime.clients },
        { provide: InProcessRegistry, useValue: runtime.registry },
        { provide: Clock, useClass: SystemClock },
      ],
      exports: [CONFIG, Logger, Metrics, HealthRegistry, GrpcClientFactory, InProcessRegistry, Clock],
    };
  }
}
