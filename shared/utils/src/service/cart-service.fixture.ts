import type { Provider } from '@nestjs/common';
import { CartServiceDefinition } from '@vici/proto-gen/cart';
import { z } from 'zod';
import { baseConfig, grpcServerConfig, httpConfig, upstreamConfig } from '../configuration/index.js';
import { cartController, recordingLogger } from '../grpc/cart-api.fixture.js';
import { GrpcClientFactory } from '../grpc/grpc-client-factory.js';
import type { GrpcClient, GrpcHandlers } from '../grpc/grpc-types.js';
import type { InProcessRegistry } from '../grpc/in-process-registry.js';
import { Metrics } from '../metrics.js';
import { defineService, type RunningService, type ServiceDefinition } from './service-definition.js';
import { startService } from './start-service.js';

const cartConfig = z.object({
  ...baseConfig,
  ...httpConfig(3005),
  ...grpcServerConfig(50_005),
  ...upstreamConfig('product'),
  GREETING: z.string().describe('Name of the cart that is answered.'),
});
type CartConfig = z.infer<typeof cartConfig>;

/** Free ports on loopback. */
export const env = {
  HTTP_PORT: '0',
  GRPC_PORT: '0',
  HTTP_HOST: '127.0.0.1',
  GRPC_HOST: '127.0.0.1',
  GREETING: 'hello',
};

/** How the cart service of a test behaves. */
export interface CartServiceOptions {
  readonly handlers?: Partial<GrpcHandlers<typeof CartServiceDefinition>>;
  /** Called by name as the parts of the service close. */
  readonly onClosing?: (part: string) => Promise<void> | void;
  readonly initialise?: () => Promise<void>;
  readonly brokenProvider?: boolean;
  readonly providers?: Provider[];
}

/** A service with a consumer, a pool and a gRPC API; its closing can be watched and its start broken. */
export function cartService(options: CartServiceOptions = {}): ServiceDefinition<typeof cartConfig> {
  const { onClosing = () => undefined } = options;
  class CartController {}
  class Consumer {
    async onModuleDestroy(): Promise<void> {
      await onClosing('consumer');
    }
  }
  class Pool {
    async onModuleInit(): Promise<void> {
      await options.initialise?.();
    }
    async onApplicationShutdown(): Promise<void> {
      await onClosing('pool');
    }
  }
  const broken = {
    provide: 'BROKEN',
    useFactory: () => {
      throw new Error('the provider is broken');
    },
    inject: [Pool],
  };
  class CartModule {}
  return defineService({
    name: 'cart',
    config: cartConfig,
    module: (parsed: CartConfig) => ({
      module: CartModule,
      providers: [
        {
          provide: CartController,
          useFactory: () =>
            cartController({ getCart: async () => ({ id: parsed.GREETING }), ...options.handlers }),
        },
        Consumer,
        Pool,
        ...(options.providers ?? []),
        ...(options.brokenProvider === true ? [broken] : []),
      ],
    }),
    grpc: [{ definition: CartServiceDefinition, controller: CartController }],
  });
}

/** The services and clients of one test, closed together at its end. */
export class TestServices {
  private readonly running: RunningService[] = [];
  private readonly factories: GrpcClientFactory[] = [];

  /** Starts a service on free ports. */
  async start<S extends z.ZodObject>(
    definition: ServiceDefinition<S>,
    options: { registry?: InProcessRegistry; env?: Record<string, string> } = {},
  ): Promise<RunningService> {
    const { registry } = options;
    const service = await startService(definition, {
      env: { ...env, ...options.env },
      logger: recordingLogger().logger,
      ...(registry === undefined ? {} : { registry }),
    });
    this.running.push(service);
    return service;
  }

  /** A client of a running cart service: through the registry when one is given, else the socket. */
  cartClient(
    service: RunningService,
    registry?: InProcessRegistry,
  ): GrpcClient<typeof CartServiceDefinition> {
    const { logger } = recordingLogger();
    const metrics = new Metrics('gateway');
    const factory = new GrpcClientFactory({
      logger,
      metrics,
      ...(registry === undefined ? {} : { registry }),
    });
    this.factories.push(factory);
    return factory.client(CartServiceDefinition, `127.0.0.1:${service.grpcPort}`);
  }

  /** Leaves a service to the test that stops it and expects that to fail. */
  release(service: RunningService): void {
    this.running.splice(this.running.indexOf(service), 1);
  }

  async close(): Promise<void> {
    await Promise.all(this.running.splice(0).map((service) => service.stop()));
    await Promise.all(this.factories.splice(0).map((factory) => factory.close()));
  }
}

/** An HTTP request to a running service. */
export async function get(service: RunningService, path: string): Promise<{ status: number; body: string }> {
  const response = await fetch(`http://127.0.0.1:${service.httpPort}${path}`);
  return { status: response.status, body: await response.text() };
}
