import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Controller, Get, Module } from '@nestjs/common';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { baseConfig, httpConfig } from '../configuration/index.js';
import { InProcessRegistry } from '../grpc/in-process-registry.js';
import { cartService, get, TestServices } from './cart-service.fixture.js';
import { defineService } from './service-definition.js';

const services = new TestServices();

afterEach(() => services.close());

describe('stopping a service', () => {
  it('drains calls in flight, by socket and in process, then stops consumers, then closes pools', async () => {
    const closed: string[] = [];
    const registry = new InProcessRegistry();
    const started = Promise.withResolvers<void>();
    let calls = 0;
    const definition = cartService({
      onClosing: (part) => void closed.push(part),
      handlers: {
        addItem: async () => {
          calls += 1;
          if (calls === 2) {
            started.resolve();
          }
          await sleep(100);
          closed.push('call');
          return { id: 'done' };
        },
      },
    });
    const service = await services.start(definition, { registry });
    const answers = Promise.all([
      services.cartClient(service).addItem({}),
      services.cartClient(service, registry).addItem({}),
    ]);
    await started.promise;

    await Promise.all([service.stop(), service.stop()]);

    expect((await answers).map((cart) => cart.id)).toEqual(['done', 'done']);
    expect(closed).toEqual(['call', 'call', 'consumer', 'pool']);
    await expect(get(service, '/health')).rejects.toThrow();
  });

  it('answers an HTTP request in flight and takes no new one', async () => {
    const entered = Promise.withResolvers<void>();
    @Controller('slow')
    class SlowController {
      @Get()
      async answer() {
        entered.resolve();
        await sleep(150);
        return 'done';
      }
    }
    @Module({ controllers: [SlowController] })
    class GatewayModule {}
    const gateway = defineService({
      name: 'gateway',
      config: z.object({ ...baseConfig, ...httpConfig(3000) }),
      module: () => GatewayModule,
    });
    const service = await services.start(gateway, { env: { SHUTDOWN_GRACE_MS: '40000' } });
    const answer = get(service, '/slow');
    await entered.promise;
    const stoppedAt = Date.now();

    const stopped = service.stop();

    expect(await answer).toEqual({ status: 200, body: 'done' });
    await stopped;
    // Far from the time of grace.
    expect(Date.now() - stoppedAt).toBeLessThan(20_000);
    await expect(get(service, '/slow')).rejects.toThrow();
  });

  it('is unready but serves for SHUTDOWN_DELAY_MS before it takes no new calls', async () => {
    const service = await services.start(cartService({}), { env: { SHUTDOWN_DELAY_MS: '2000' } });
    const cart = services.cartClient(service);
    expect((await get(service, '/ready')).status).toBe(200);
    const stoppedAt = performance.now();

    const stopped = service.stop();

    expect((await get(service, '/ready')).status).toBe(503);
    expect(await cart.getCart({})).toMatchObject({ id: 'hello' });
    await stopped;
    expect(performance.now() - stoppedAt).toBeGreaterThan(1_999);
    await expect(get(service, '/ready')).rejects.toThrow();
  });

  it('does not wait for connections on which no request has come', async () => {
    const service = await services.start(cartService({}), { env: { SHUTDOWN_GRACE_MS: '40000' } });
    const unused = connect(service.httpPort, '127.0.0.1');
    await once(unused, 'connect');
    const closed = once(unused, 'close');
    const startedAt = Date.now();

    await service.stop();

    await closed;
    expect(Date.now() - startedAt).toBeLessThan(20_000);
  });

  it('is over within the grace time although a call hangs', async () => {
    const closed: string[] = [];
    const entered = Promise.withResolvers<void>();
    const definition = cartService({
      onClosing: (part) => void closed.push(part),
      handlers: {
        addItem: async () => {
          entered.resolve();
          await sleep(60_000, undefined, { ref: false });
          return {};
        },
      },
    });
    const service = await services.start(definition, { env: { SHUTDOWN_GRACE_MS: '200' } });
    const hanging = services.cartClient(service).addItem({}, { timeoutMs: 50_000 });
    const answer = hanging.catch((error: unknown) => error);
    await entered.promise;
    const startedAt = Date.now();

    await service.stop();

    // Far from the minute the call hangs for.
    expect(Date.now() - startedAt).toBeLessThan(20_000);
    expect(await answer).toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    expect(closed).toEqual(['consumer', 'pool']);
  });

  it('says so when a resource does not close in time', async () => {
    const definition = cartService({
      onClosing: (part) => (part === 'pool' ? sleep(60_000, undefined, { ref: false }) : undefined),
    });
    const service = await services.start(definition, { env: { SHUTDOWN_GRACE_MS: '10' } });
    services.release(service);

    const error: unknown = await service.stop().catch((reason: unknown) => reason);

    expect(error).toBeInstanceOf(AggregateError);
    expect(error).toMatchObject({
      message: 'cart did not stop cleanly',
      errors: [new Error('cart did not close its resources within 10 ms')],
    });
  });
});
