import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CartServiceDefinition } from '@vici/proto-gen/cart';
import { afterEach, describe, expect, it } from 'vitest';
import { DomainError } from '../domain/errors.js';
import { currentContext, type RequestContext, runInContext } from '../request-context.js';
import { type CartApi, serveCartApi, type Transport } from './cart-api.fixture.js';
import type { GrpcHandlers } from './grpc-types.js';

const apis: CartApi[] = [];

async function serve(
  transport: Transport,
  handlers: Partial<GrpcHandlers<typeof CartServiceDefinition>>,
): Promise<CartApi> {
  const api = await serveCartApi(transport, handlers);
  apis.push(api);
  return api;
}

afterEach(async () => {
  await Promise.all(apis.splice(0).map((api) => api.close()));
});

function requestContext(over: Partial<RequestContext> = {}): RequestContext {
  return { requestId: 'request-1', caller: { role: 'customer', userId: 'user-1' }, ...over };
}

async function failureOf(call: Promise<unknown>): Promise<DomainError> {
  const error: unknown = await call.then(
    () => new Error('the call succeeded'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof DomainError)) {
    throw error;
  }
  return error;
}

describe.each<Transport>(['socket', 'in-process'])('a gRPC call by %s', (transport) => {
  it('fills the fields that request and response leave out', async () => {
    const requests: unknown[] = [];
    const { client } = await serve(transport, {
      addItem: async (request) => {
        requests.push(request);
        return { id: 'cart-1', version: 7n, items: [{ productId: request.productId, quantity: 2 }] };
      },
    });

    const cart = await client.addItem({ productId: 'product-1' });

    expect(requests).toEqual([{ productId: 'product-1', variantId: undefined, quantity: 0 }]);
    expect(cart).toMatchObject({ id: 'cart-1', userId: '', currency: '', version: 7n, total: undefined });
    expect(cart.items).toHaveLength(1);
    expect(cart.items[0]).toMatchObject({ productId: 'product-1', quantity: 2, sku: '', available: false });
  });

  it('brings a domain error with its code, message and details', async () => {
    const { client } = await serve(transport, {
      addItem: async () => {
        throw new DomainError('INSUFFICIENT_STOCK', 'Only 2 left – “Café” mug.', {
          available: 2,
          cents: 12n,
          lines: [{ sku: 'MUG' }],
        });
      },
    });

    const error = await failureOf(client.addItem({ productId: 'product-1' }));

    expect(error.code).toBe('INSUFFICIENT_STOCK');
    expect(error.message).toBe('Only 2 left – “Café” mug.');
    expect(error.details).toEqual({ available: 2, cents: '12', lines: [{ sku: 'MUG' }] });
  });

  it('hides what an unexpected error says and logs it with its stack', async () => {
    const { client, log } = await serve(transport, {
      addItem: async () => {
        throw new Error('relation carts is gone');
      },
    });

    const error = await failureOf(client.addItem({}));

    expect(error.code).toBe('INTERNAL');
    expect(error.message).toBe('Something went wrong on our side.');
    expect(error.details).toBeUndefined();
    const logged = await log();
    expect(logged).toContain('relation carts is gone');
    expect(logged).toContain('grpc-call.int.spec.ts');
  });

  it('ends at the deadline, aborts the handler and survives its late failure', async () => {
    const answered = Promise.withResolvers<void>();
    const late = Promise.withResolvers<void>();
    let begun = false;
    let reason: unknown;
    const { client, log } = await serve(transport, {
      addItem: async () => {
        begun = true;
        const signal = currentContext()?.signal;
        if (signal?.aborted === false) await once(signal, 'abort');
        // Longer than the call: one that waited for its handler would not end.
        await answered.promise;
        reason = signal?.reason;
        setTimeout(late.resolve, 10);
        throw new Error('too late to matter');
      },
    });

    let error = await failureOf(client.addItem({}, { timeoutMs: 50 }));
    // A busy machine may not have got as far as the handler by then.
    for (let timeoutMs = 100; !begun && timeoutMs < 1_000; timeoutMs *= 2) {
      error = await failureOf(client.addItem({}, { timeoutMs }));
    }

    expect(error.code).toBe('DEADLINE_EXCEEDED');
    expect(error.message).toBe('Cart service did not answer in time.');
    answered.resolve();
    await late.promise;
    expect(reason).toBeInstanceOf(Error);
    expect(await log()).toContain('too late to matter');
  });

  it('does not call at all when the deadline of the context has passed', async () => {
    let calls = 0;
    const { client } = await serve(transport, {
      getCart: async () => {
        calls += 1;
        return {};
      },
    });
    const context = requestContext({ deadline: Date.now() + 3 });

    const error = await runInContext(context, () => failureOf(client.getCart({})));

    expect(error.code).toBe('DEADLINE_EXCEEDED');
    expect(calls).toBe(0);
  });

  it('hands a nested call no more than the time that is left of its own', async () => {
    const deadlines: (number | undefined)[] = [];
    const inner = await serve(transport, {
      getCart: async () => {
        deadlines.push(currentContext()?.deadline);
        return {};
      },
    });
    const outer = await serve(transport, {
      getCart: async () => {
        deadlines.push(currentContext()?.deadline);
        return await inner.client.getCart({}, { timeoutMs: 60_000 });
      },
    });
    const deadline = Date.now() + 10_000;

    await runInContext(requestContext({ deadline }), () => outer.client.getCart({}, { timeoutMs: 60_000 }));

    const [first = 0, second = 0] = deadlines;
    // A deadline travels through a socket as the time that is left, so it shifts by the time on the way.
    const transit = transport === 'socket' ? 5_000 : 0;
    expect(first).toBeLessThanOrEqual(deadline - 5 + transit);
    expect(first).toBeGreaterThan(deadline - 200);
    expect(second).toBeLessThanOrEqual(first - 5 + transit);
    expect(second).toBeGreaterThan(deadline - 400);
  });

  it('carries request id, caller, key and client to the handler, and none of them to the next request', async () => {
    const seen: (RequestContext | undefined)[] = [];
    const { client } = await serve(transport, {
      getCart: async () => {
        seen.push(currentContext());
        return {};
      },
    });
    const caller = { role: 'support', userId: 'user-9', authSessionId: 's-1' } as const;
    const context = requestContext({
      requestId: 'räquest 1',
      caller,
      idempotencyKey: 'key of the context',
      client: { ip: '203.0.113.9', userAgent: 'Größe/1.0 (日本)' },
    });

    await runInContext(context, () => client.getCart({}));
    await runInContext(context, () => client.getCart({}, { idempotencyKey: 'key of the call' }));
    await client.getCart({});

    expect(seen[0]).toMatchObject({
      requestId: 'räquest 1',
      caller,
      idempotencyKey: 'key of the context',
      client: { ip: '203.0.113.9', userAgent: 'Größe/1.0 (日本)' },
    });
    expect(seen[1]?.idempotencyKey).toBe('key of the call');
    expect(seen[2]?.caller).toEqual({ role: 'anonymous' });
    expect(seen[2]?.idempotencyKey).toBeUndefined();
    expect(seen[2]?.requestId).not.toBe('räquest 1');
  });

  it.each([
    ['getCart', 3, 'a read'],
    ['updateItem', 3, 'an idempotent write'],
    ['addItem', 1, 'a write that is not idempotent'],
  ] as const)('tries %s %i times while the service is unavailable: %s', async (method, attempts, _what) => {
    let calls = 0;
    const fail = async (): Promise<never> => {
      calls += 1;
      throw new DomainError('SERVICE_UNAVAILABLE', 'The database is restarting.');
    };
    const { client } = await serve(transport, { getCart: fail, updateItem: fail, addItem: fail });

    const error = await failureOf(client[method]({}));

    expect(error.message).toBe('The database is restarting.');
    expect(calls).toBe(attempts);
  });

  it('answers after a retry, and counts one call and one retry', async () => {
    let calls = 0;
    const { client, metrics } = await serve(transport, {
      getCart: async () => {
        calls += 1;
        if (calls === 1) {
          throw new DomainError('SERVICE_UNAVAILABLE', 'Try again.');
        }
        return { id: 'cart-1' };
      },
    });

    expect((await client.getCart({})).id).toBe('cart-1');

    const text = await metrics.registry.metrics();
    const upstream = 'upstream="vici.cart.v1.CartService",method="GetCart"';
    expect(text).toContain(`grpc_client_handled_total{${upstream},code="OK",service="cart"} 1`);
    expect(text).toContain(`grpc_client_retries_total{${upstream},service="cart"} 1`);
    expect(text).toContain('grpc_server_handled_total{method="GetCart",code="OK",service="cart"} 1');
    expect(text).toContain(
      'grpc_server_handled_total{method="GetCart",code="SERVICE_UNAVAILABLE",service="cart"} 1',
    );
    expect(text).toContain('grpc_server_duration_seconds_count{service="cart",method="GetCart"} 2');
  });

  it('does not retry an error that a second attempt cannot change', async () => {
    let calls = 0;
    const { client } = await serve(transport, {
      getCart: async () => {
        calls += 1;
        throw new DomainError('NOT_FOUND', 'No such cart.');
      },
    });

    expect((await failureOf(client.getCart({}))).code).toBe('NOT_FOUND');
    expect(calls).toBe(1);
  });

  it('stops calling an upstream that missed five deadlines, and says so at once', async () => {
    const asked: (number | undefined)[] = [];
    const { client } = await serve(transport, {
      addItem: async ({ quantity }) => {
        asked.push(quantity);
        await sleep(100);
        return {};
      },
    });
    for (let index = 0; index < 5; index += 1) {
      const late = client.addItem({ quantity: 1 }, { timeoutMs: 20 });
      expect((await failureOf(late)).code).toBe('DEADLINE_EXCEEDED');
    }

    const error = await failureOf(client.addItem({ quantity: 2 }));

    expect(error.code).toBe('SERVICE_UNAVAILABLE');
    expect(error.message).toBe('Cart service is unavailable.');
    expect(asked).not.toContain(2);
  });

  it('keeps calling an upstream that answers with errors of its own', async () => {
    let calls = 0;
    const { client } = await serve(transport, {
      addItem: async () => {
        calls += 1;
        throw new DomainError('SERVICE_UNAVAILABLE', 'The database is down.');
      },
    });

    for (let index = 0; index < 8; index += 1) {
      await failureOf(client.addItem({}));
    }

    expect(calls).toBe(8);
  });

  it("ends when the caller's signal is aborted, and the handler sees it", async () => {
    const seen = Promise.withResolvers<boolean>();
    const started = Promise.withResolvers<void>();
    const { client } = await serve(transport, {
      addItem: async () => {
        started.resolve();
        const signal = currentContext()?.signal;
        signal?.addEventListener('abort', () => seen.resolve(signal.aborted));
        await seen.promise;
        return {};
      },
    });
    const abort = new AbortController();
    const call = failureOf(client.addItem({}, { signal: abort.signal }));
    await started.promise;

    abort.abort();

    const error = await call;
    expect(error.code).toBe('INTERNAL');
    expect(error.message).toBe('The call to the cart service was cancelled.');
    expect(await seen.promise).toBe(true);
  });
});
