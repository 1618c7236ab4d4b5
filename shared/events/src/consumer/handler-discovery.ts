import type { DiscoveryService } from '@nestjs/core';
import { ON_EVENT, ON_EVENT_BATCH, type OnEventBatchMetadata, type OnEventMetadata } from '../decorators.js';
import type { EventBatchHandler, EventHandler } from './event-handler.js';

/** The event handlers of an application. */
export interface DiscoveredHandlers {
  readonly single: readonly EventHandler[];
  readonly batch: readonly EventBatchHandler[];
}

type Method = (argument: unknown) => Promise<void>;

/**
 * Finds the methods marked with `@OnEvent` and `@OnEventBatch` on all providers and controllers.
 * @throws Error when two batch handlers share a name, and so a consumer group.
 */
export function discoverHandlers(discovery: DiscoveryService): DiscoveredHandlers {
  const single: EventHandler[] = [];
  const batch = new Map<string, EventBatchHandler>();
  for (const { instance, name, method } of markedMethods(discovery)) {
    const one: OnEventMetadata | undefined = Reflect.getMetadata(ON_EVENT, method);
    if (one !== undefined) {
      single.push({
        name: `${className(instance)}.${name}`,
        types: one.types,
        handle: (event) => method.call(instance, event),
      });
    }
    const many: OnEventBatchMetadata | undefined = Reflect.getMetadata(ON_EVENT_BATCH, method);
    if (many === undefined) continue;
    if (batch.has(name)) throw new Error(`Two methods named ${name} are marked with @OnEventBatch`);
    batch.set(name, { ...many, name, handle: (events) => method.call(instance, events) });
  }
  return { single, batch: [...batch.values()] };
}

function* markedMethods(discovery: DiscoveryService) {
  const seen = new Set<object>();
  for (const wrapper of [...discovery.getProviders(), ...discovery.getControllers()]) {
    const instance: unknown = wrapper.instance;
    if (typeof instance !== 'object' || instance === null || seen.has(instance)) continue;
    seen.add(instance);
    for (const [name, method] of methodsOf(instance)) yield { instance, name, method };
  }
}

/** The methods of an object's classes; of an overridden one the version that would be called. */
function methodsOf(instance: object): ReadonlyMap<string, Method> {
  const methods = new Map<string, Method>();
  let prototype: object | null = Object.getPrototypeOf(instance);
  while (prototype !== null && prototype !== Object.prototype) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
      if (typeof value === 'function' && name !== 'constructor' && !methods.has(name))
        methods.set(name, value);
    }
    prototype = Object.getPrototypeOf(prototype);
  }
  return methods;
}

function className(instance: object): string {
  return instance.constructor.name;
}
