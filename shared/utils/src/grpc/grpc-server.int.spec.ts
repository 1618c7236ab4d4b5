import { setTimeout as sleep } from 'node:timers/promises';
import { Client, credentials, Metadata, status } from '@grpc/grpc-js';
import { CartServiceDefinition } from '@vici/proto-gen/cart';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { DomainError } from '../domain/errors.js';
import { Metrics } from '../metrics.js';
import { currentCaller } from '../request-context.js';
import { type CartApi, cartController, recordingLogger, serveCartApi } from './cart-api.fixture.js';
import { GrpcBinding } from './grpc-binding.js';
import { GrpcClientFactory } from './grpc-client-factory.js';
import { InProcessRegistry } from './in-process-registry.js';

const closers: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) {
    await close();
  }
});

async function serve(handlers: Parameters<typeof serveCartApi>[1]): Promise<CartApi> {
  const api = await serveCartApi('socket', handlers);
  closers.push(api.close);
  return api;
}

function rawClient(port: number): Client {
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
  closers.push(() => client.close());
  return client;
}

/** A unary call as any gRPC program would make it: bytes in, bytes or a status code out. */
async function rawCall(
  client: Client,
  path: string,
  bytes: Buffer,
  metadata = new Metadata(),
): Promise<Buffer | number> {
  const { promise, resolve } = Promise.withResolvers<Buffer | number>();
  const same = (value: Buffer): Buffer => value;
  client.makeUnaryRequest(path, same, same, bytes, metadata, (error, value) =>
    resolve(error === null ? (value ?? Buffer.alloc(0)) : error.code),
  );
  return await promise;
}

describe('the gRPC server', () => {
  it('lets a call in flight end when it stops, and takes no new one', async () => {
    const started = Promise.withResolvers<void>();
    const { client, server, port } = await serve({
      addItem: async () => {
        started.resolve();
        await sleep(150);
        return { id: 'cart-1' };
      },
    });
    const running = client.addItem({});
    await started.promise;

    const stopped = server.stop(2000);
    const refused = await rawCall(rawClient(port), '/vici.cart.v1.CartService/GetCart', Buffer.alloc(0));

    expect((await running).id).toBe('cart-1');
    await stopped;
    expect(refused).toBe(status.UNAVAILABLE);
  });

  it('cuts off a call that outlives the time to stop; its caller sees an unavailable service', async () => {
    const [started, stopped] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const { client, server } = await serve({
      addItem: async () => {
        started.resolve();
        // Longer than the stop: one that waited for it would not end.
        await stopped.promise;
        return {};
      },
    });
    const running = client.addItem({}).catch((error: unknown) => error);
    await started.promise;

    await server.stop(50);

    stopped.resolve();
    expect(await running).toMatchObject({
      code: 'SERVICE_UNAVAILABLE',
      message: 'Cart service is unavailable.',
    });
  });

  it('answers the standard health check by readiness', async () => {
    const { health, port } = await serve({});
    let databaseUp = true;
    health.register('postgres', async () => {
      if (!databaseUp) {
        throw new Error('down');
      }
    });
    const client = rawClient(port);
    const check = (service: string) =>
      rawCall(
        client,
        '/grpc.health.v1.Health/Check',
        service === '' ? Buffer.alloc(0) : Buffer.from([10, service.length, ...Buffer.from(service)]),
      );

    expect(await check('')).toEqual(Buffer.from([8, 1]));
    expect(await check('vici.cart.v1.CartService')).toEqual(Buffer.from([8, 1]));
    expect(await check('vici.other.v1.OtherService')).toBe(status.NOT_FOUND);
    databaseUp = false;
    expect(await check('')).toEqual(Buffer.from([8, 2]));
  });

  it('treats a caller it cannot read as anonymous', async () => {
    const roles: string[] = [];
    const { port } = await serve({
      getCart: async () => {
        roles.push(currentCaller().role);
        return {};
      },
    });
    const client = rawClient(port);
    for (const caller of ['not json', '{"role":"root"}', '["admin"]', '{"role":"admin"}']) {
      const metadata = new Metadata();
      metadata.set('x-vici-caller', caller);
      await rawCall(client, '/vici.cart.v1.CartService/GetCart', Buffer.alloc(0), metadata);
    }

    expect(roles).toEqual(['anonymous', 'anonymous', 'anonymous', 'admin']);
  });

  it('answers INTERNAL, without the reason, when a response does not fit its message', async () => {
    const { client, log } = await serve({ addItem: async () => ({ version: 2n ** 80n }) });

    await expect(client.addItem({})).rejects.toMatchObject({
      code: 'INTERNAL',
      message: 'Cart service failed unexpectedly.',
    });
    expect(await log()).toContain('A gRPC response could not be encoded.');
  });

  it('carries an error whose details come close to the limit, and drops those beyond it', async () => {
    const sizes = [7000, 9000];
    const { client } = await serve({
      addItem: async () => {
        throw new DomainError('CONFLICT', 'No.', { text: 'x'.repeat(sizes.shift() ?? 0) });
      },
    });

    const near = await client.addItem({}).catch((error: unknown) => error);
    const beyond = await client.addItem({}).catch((error: unknown) => error);

    expect(near).toMatchObject({ code: 'CONFLICT', details: { text: 'x'.repeat(7000) } });
    expect(beyond).toMatchObject({ code: 'CONFLICT', message: 'No.' });
    expect(beyond).not.toHaveProperty('details');
  });
});

describe('the gRPC client', () => {
  it('names the service and never its address when nothing listens there', async () => {
    const { logger } = recordingLogger();
    const factory = new GrpcClientFactory({ logger, metrics: new Metrics('order') });
    closers.push(() => factory.close());
    const client = factory.client(CartServiceDefinition, '127.0.0.1:1');

    const error: unknown = await client.addItem({}).catch((reason: unknown) => reason);

    expect(error).toMatchObject({ code: 'SERVICE_UNAVAILABLE', message: 'Cart service is unavailable.' });
  });

  it('refuses with SERVICE_UNAVAILABLE after it was closed', async () => {
    const { client, factory } = await serve({});
    await factory.close();

    await expect(client.addItem({})).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  });

  it('reaches a service again that was down, once it is back', async () => {
    const first = await serveCartApi('socket', { addItem: async () => ({ id: 'first' }) });
    const { client, port } = first;
    expect((await client.addItem({})).id).toBe('first');
    await first.server.stop(0);
    await expect(client.addItem({})).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });

    const second = await serveCartApi('socket', { addItem: async () => ({ id: 'second' }) }, port);
    closers.push(second.close, () => first.factory.close());

    await vi.waitFor(async () => expect((await client.addItem({})).id).toBe('second'), 5_000);
  });

  it('maps a message beyond 16 MB to PAYLOAD_TOO_LARGE', async () => {
    const { client } = await serve({ addItem: async () => ({ userId: 'x'.repeat(17 * 1024 * 1024) }) });

    await expect(client.addItem({})).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
  });

  it('maps a method the other side does not know to INTERNAL', async () => {
    const { port, factory } = await serve({});
    const { getCart } = CartServiceDefinition.methods;
    const newer = {
      name: 'CartService',
      fullName: 'vici.cart.v2.CartService',
      methods: { getCart },
    } as const;

    await expect(factory.client(newer, `127.0.0.1:${port}`).getCart({})).rejects.toMatchObject({
      code: 'INTERNAL',
      message: 'Cart service failed unexpectedly.',
    });
  });

  it('limits retries to ten and a tenth of the calls when a service keeps failing', async () => {
    let attempts = 0;
    const { client } = await serve({
      getCart: async () => {
        attempts += 1;
        throw new DomainError('SERVICE_UNAVAILABLE', 'Down.');
      },
    });

    await Promise.allSettled(Array.from({ length: 30 }, () => client.getCart({})));

    expect(attempts).toBeGreaterThanOrEqual(40);
    expect(attempts).toBeLessThanOrEqual(43);
  });
});

describe('the in-process registry', () => {
  it('refuses a second implementation of an API, and gives back only what was registered', () => {
    const { logger } = recordingLogger();
    const registry = new InProcessRegistry();
    const make = () =>
      new GrpcBinding(CartServiceDefinition, cartController({}), { logger, metrics: new Metrics('cart') });
    const [first, second] = [make(), make()];
    registry.register(first);

    expect(() => registry.register(second)).toThrow(
      'vici.cart.v1.CartService is already served in this process',
    );
    registry.unregister(second);
    expect(registry.find('vici.cart.v1.CartService')).toBe(first);
    registry.unregister(first);
    expect(registry.find('vici.cart.v1.CartService')).toBeUndefined();
  });

  it('refuses a controller that lacks a method of its API', () => {
    const { logger } = recordingLogger();
    class HalfController {
      async getCart() {
        return {};
      }
    }

    expect(
      () =>
        new GrpcBinding(CartServiceDefinition, new HalfController(), {
          logger,
          metrics: new Metrics('cart'),
        }),
    ).toThrow('HalfController does not implement addItem of vici.cart.v1.CartService');
  });
});
