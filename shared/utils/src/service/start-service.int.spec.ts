import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Controller, Get, Inject, Module } from '@nestjs/common';
import { CartServiceDefinition } from '@vici/proto-gen/cart';
import { ProductServiceDefinition } from '@vici/proto-gen/product';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { baseConfig, ConfigError, httpConfig, upstreamConfig } from '../configuration/index.js';
import { Clock } from '../domain/clock.js';
import { grpcClient, InjectGrpc } from '../grpc/grpc-client.provider.js';
import { GrpcClientFactory } from '../grpc/grpc-client-factory.js';
import type { GrpcClient } from '../grpc/grpc-types.js';
import { InProcessRegistry } from '../grpc/in-process-registry.js';
import { HealthRegistry } from '../health.js';
import { Logger } from '../logger.js';
import { Metrics } from '../metrics.js';
import { cartService, get, TestServices } from './cart-service.fixture.js';
import { CONFIG } from './config.token.js';
import { defineService } from './service-definition.js';
import { startService } from './start-service.js';

const services = new TestServices();

afterEach(() => services.close());

/** A port that another program holds. */
async function takenPort(): Promise<{ port: number; free: () => void }> {
  const server = createServer();
  const listening = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', listening.resolve);
  await listening.promise;
  const address = server.address();
  return { port: typeof address === 'object' ? (address?.port ?? 0) : 0, free: () => server.close() };
}

describe('a started service', () => {
  it('serves its gRPC API with its parsed configuration, through the socket and in process', async () => {
    const registry = new InProcessRegistry();
    const service = await services.start(cartService(), { registry });

    expect((await services.cartClient(service).getCart({})).id).toBe('hello');
    expect(registry.find('vici.cart.v1.CartService')).toBeDefined();
    expect((await services.cartClient(service, registry).getCart({})).id).toBe('hello');
  });

  it('gives its modules the runtime', async () => {
    const service = await services.start(cartService());

    expect(service.app.get(CONFIG)).toMatchObject({ GREETING: 'hello', HTTP_PORT: 0 });
    for (const token of [Logger, Metrics, HealthRegistry, GrpcClientFactory, InProcessRegistry]) {
      expect(service.app.get(token)).toBeInstanceOf(token);
    }
    expect(service.app.get(Clock).now()).toBeInstanceOf(Date);
  });

  it('is healthy while it lives and ready while its dependencies are', async () => {
    const service = await services.start(cartService());
    let redisUp = true;
    service.app.get(HealthRegistry).register('redis', async () => {
      if (!redisUp) {
        throw new Error('redis://secret@host is gone');
      }
    });

    expect(await get(service, '/health')).toEqual({ status: 200, body: '{"status":"ok"}' });
    expect(await get(service, '/ready')).toEqual({
      status: 200,
      body: '{"status":"ready","checks":{"redis":{"status":"up"}}}',
    });
    redisUp = false;
    expect((await get(service, '/health')).status).toBe(200);
    expect(await get(service, '/ready')).toEqual({
      status: 503,
      body: '{"status":"unavailable","checks":{"redis":{"status":"down","message":"check failed"}}}',
    });
  });

  it('shows its metrics as Prometheus text', async () => {
    const service = await services.start(cartService());
    await services.cartClient(service).getCart({});

    const { status, body } = await get(service, '/metrics');

    expect(status).toBe(200);
    expect(body).toContain('grpc_server_handled_total{method="GetCart",code="OK",service="cart"} 1');
  });

  it('keeps its operational routes outside the prefix of the application', async () => {
    @Controller('things')
    class ThingsController {
      @Get()
      list() {
        return ['thing'];
      }
    }
    @Module({ controllers: [ThingsController] })
    class GatewayModule {}
    const gatewayConfig = z.object({ ...baseConfig, ...httpConfig(3000) });
    const gateway = defineService({
      name: 'gateway',
      config: gatewayConfig,
      module: () => GatewayModule,
      configureHttp: async (app) => {
        app.setGlobalPrefix('api');
      },
    });
    const service = await services.start(gateway);

    expect(await get(service, '/api/things')).toEqual({ status: 200, body: '["thing"]' });
    expect((await get(service, '/health')).status).toBe(200);
    expect((await get(service, '/api/health')).status).toBe(404);
    expect(service.grpcPort).toBeUndefined();
  });

  it('calls another service of the process without a socket, and none when it has stopped', async () => {
    class Reader {
      constructor(
        @InjectGrpc(CartServiceDefinition)
        readonly carts: GrpcClient<typeof CartServiceDefinition>,
        @Inject(CONFIG) readonly settings: object,
      ) {}
    }
    class ReaderModule {}
    const readerConfig = z.object({ ...baseConfig, ...httpConfig(3000), ...upstreamConfig('cart') });
    const reader = defineService({
      name: 'order',
      config: readerConfig,
      module: () => ({ module: ReaderModule, providers: [grpcClient(CartServiceDefinition), Reader] }),
    });
    const registry = new InProcessRegistry();
    const carts = await services.start(cartService(), { registry });
    const service = await services.start(reader, { registry, env: { CART_GRPC_URL: '127.0.0.1:1' } });
    const { carts: client, settings } = service.app.get(Reader);

    expect((await client.getCart({})).id).toBe('hello');
    expect(settings).toMatchObject({ CART_GRPC_URL: '127.0.0.1:1' });
    await carts.stop();
    await expect(client.getCart({})).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  });
});

describe('a service that cannot start', () => {
  it('lists every fault of its configuration', async () => {
    const starting = startService(cartService(), { env: { HTTP_PORT: 'high' } });

    const error: unknown = await starting.catch((reason: unknown) => reason);

    expect(error).toBeInstanceOf(ConfigError);
    expect(error instanceof ConfigError && error.faults.map((fault) => fault.split(':')[0]).sort()).toEqual([
      'GREETING',
      'HTTP_PORT',
    ]);
  });

  it.each(['HTTP_PORT', 'GRPC_PORT'])(
    'names itself and the taken port (%s), and closes all again',
    async (key) => {
      const { port, free } = await takenPort();
      const closed: string[] = [];
      const registry = new InProcessRegistry();
      const definition = cartService({ onClosing: (part) => void closed.push(part) });

      await expect(services.start(definition, { registry, env: { [key]: String(port) } })).rejects.toThrow(
        `cart cannot listen: port ${port} is already in use (${key})`,
      );

      expect(closed).toEqual(['consumer', 'pool']);
      expect(registry.find('vici.cart.v1.CartService')).toBeUndefined();
      free();
    },
  );

  it('closes what was built when a module fails to initialise', async () => {
    const closed: string[] = [];
    const definition = cartService({
      onClosing: (part) => void closed.push(part),
      initialise: async () => {
        throw new Error('the migration failed');
      },
    });

    await expect(services.start(definition)).rejects.toThrow('the migration failed');

    expect(closed).toEqual(['consumer', 'pool']);
  });

  it('closes what was built when a provider cannot be made', async () => {
    const closed: string[] = [];
    const definition = cartService({ onClosing: (part) => void closed.push(part), brokenProvider: true });

    await expect(services.start(definition)).rejects.toThrow('the provider is broken');

    expect(closed).toEqual(['consumer', 'pool']);
  });

  it('closes a connection that opens only after another provider has failed', async () => {
    const closed = Promise.withResolvers<string>();
    const slow = {
      provide: 'SLOW_POOL',
      useFactory: async () => {
        await sleep(50);
        return { onApplicationShutdown: () => closed.resolve('slow pool') };
      },
    };
    const definition = cartService({ brokenProvider: true, providers: [slow] });

    await expect(services.start(definition)).rejects.toThrow('the provider is broken');

    expect(await closed.promise).toBe('slow pool');
  });

  it('says which address is missing when a client is not configured', async () => {
    class NeedyModule {}
    const needy = defineService({
      name: 'order',
      config: z.object({ ...baseConfig, ...httpConfig(3000) }),
      module: () => ({ module: NeedyModule, providers: [grpcClient(ProductServiceDefinition)] }),
    });

    await expect(services.start(needy)).rejects.toThrow(
      "PRODUCT_GRPC_URL is not configured: spread upstreamConfig('product') into the service's configuration",
    );
  });

  it('refuses a configuration schema without what every service has', async () => {
    class BareModule {}
    const bare = defineService({
      name: 'order',
      config: z.object({ ...httpConfig(3000) }),
      module: () => BareModule,
    });

    await expect(services.start(bare)).rejects.toThrow(
      'The configuration schema of order lacks SHUTDOWN_DELAY_MS, SHUTDOWN_GRACE_MS, LOG_LEVEL, LOG_FORMAT',
    );
  });
});
