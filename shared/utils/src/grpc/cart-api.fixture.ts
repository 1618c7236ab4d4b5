import { Writable } from 'node:stream';
import { CartServiceDefinition } from '@vici/proto-gen/cart';
import { HealthRegistry } from '../health.js';
import { Logger } from '../logger.js';
import { Metrics } from '../metrics.js';
import { GrpcBinding } from './grpc-binding.js';
import { GrpcClientFactory } from './grpc-client-factory.js';
import { GrpcServer } from './grpc-server.js';
import type { GrpcClient, GrpcHandlers } from './grpc-types.js';
import { InProcessRegistry } from './in-process-registry.js';

type CartHandlers = GrpcHandlers<typeof CartServiceDefinition>;

/** The two ways a call can travel. */
export type Transport = 'socket' | 'in-process';

/** A cart API that is served, and a client of it. */
export interface CartApi {
  readonly client: GrpcClient<typeof CartServiceDefinition>;
  readonly factory: GrpcClientFactory;
  readonly server: GrpcServer;
  readonly binding: GrpcBinding;
  readonly health: HealthRegistry;
  readonly metrics: Metrics;
  readonly port: number;
  /** Everything logged so far, one line each. */
  log(): Promise<string>;
  close(): Promise<void>;
}

/** Implements the cart API by the handlers given; every other method fails. */
export function cartController(handlers: Partial<CartHandlers>): CartHandlers {
  const unused = async (): Promise<never> => {
    throw new Error('this method has no part in the test');
  };
  return {
    getCart: unused,
    addItem: unused,
    updateItem: unused,
    removeItem: unused,
    applyCoupon: unused,
    removeCoupon: unused,
    restoreCart: unused,
    clearCart: unused,
    removePurchased: unused,
    ...handlers,
  };
}

/** Serves the cart API on a free port unless one is given; the client takes the socket or, in process, the registry. */
export async function serveCartApi(
  transport: Transport,
  handlers: Partial<CartHandlers>,
  wantedPort = 0,
): Promise<CartApi> {
  const { logger, log } = recordingLogger();
  const metrics = new Metrics('cart');
  const health = new HealthRegistry();
  const registry = new InProcessRegistry();
  const binding = new GrpcBinding(CartServiceDefinition, cartController(handlers), { logger, metrics });
  if (transport === 'in-process') {
    registry.register(binding);
  }
  const server = new GrpcServer({ bindings: [binding], health, logger });
  const port = await server.listen('127.0.0.1', wantedPort);
  const factory = new GrpcClientFactory({ logger, metrics, registry });
  const client = factory.client(CartServiceDefinition, `127.0.0.1:${port}`);
  const close = async (): Promise<void> => {
    await factory.close();
    await server.stop(1000);
  };
  return { client, factory, server, binding, health, metrics, port, log, close };
}

/** A logger whose lines a test can read. */
export function recordingLogger(): { readonly logger: Logger; log(): Promise<string> } {
  const chunks: string[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      chunks.push(String(chunk));
      done();
    },
  });
  const logger = new Logger({ service: 'cart', level: 'debug', stream });
  const log = async (): Promise<string> => {
    await logger.flush();
    return chunks.join('');
  };
  return { logger, log };
}
