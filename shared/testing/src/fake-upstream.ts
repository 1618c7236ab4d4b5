import {
  GrpcBinding,
  type GrpcDefinition,
  type GrpcHandlers,
  type InProcessRegistry,
  Metrics,
} from '@vici/utils';
import { testLogger } from './test-logger.js';

/** What a test answers in place of an API; a method without a handler fails its call. */
export type FakeHandlers<D extends GrpcDefinition> = {
  -readonly [M in keyof GrpcHandlers<D>]?: GrpcHandlers<D>[M];
};

/** Another service's API as a test plays it. */
export interface FakeUpstream<D extends GrpcDefinition = GrpcDefinition> {
  readonly definition: D;
  /** May be changed during a test; the next call sees it. */
  readonly handlers: FakeHandlers<D>;
  /** Offers the API to the services of this process. */
  register(registry: InProcessRegistry): void;
}

/**
 * Plays an API of ANOTHER service for `useService(…, { upstreams })`. It is called through the real client and server
 * code: context, deadline, errors and defaults are as in production. A method without a handler fails the call.
 */
export function fakeUpstream<D extends GrpcDefinition>(
  definition: D,
  handlers: FakeHandlers<D>,
): FakeUpstream<D> {
  const answer = (method: string) => async (request: unknown) => {
    const handler: unknown = Reflect.get(handlers, method);
    if (typeof handler !== 'function') {
      throw new Error(`The test gave ${definition.fullName} no handler for ${method}`);
    }
    return await Reflect.apply(handler, handlers, [request]);
  };
  const controller = Object.fromEntries(
    Object.keys(definition.methods).map((method) => [method, answer(method)]),
  );
  return {
    definition,
    handlers,
    register: (registry) => {
      const metrics = new Metrics(`fake:${definition.fullName}`);
      registry.register(new GrpcBinding(definition, controller, { logger: testLogger(), metrics }));
    },
  };
}
