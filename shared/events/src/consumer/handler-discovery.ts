import type { DiscoveryService } from '@nestjs/core';
import {
  ON_EVENT,
  ON_EVENT_BATCH,
  ON_EVENTS,
  type OnEventBatchMetadata,
  type OnEventMetadata,
} from '../decorators.js';
import type { DomainEvent } from '../envelope/domain-event.js';
import type { EventBatchHandler, EventHandler } from './event-handler.js';

/** The event handlers of an application. */
export interface DiscoveredHandlers {
  readonly single: readonly EventHandler[];
  readonly batch: readonly EventBatchHandler[];
}

type Method = (argument: unknown) => Promise<void>;

interface MarkedMethod {
  readonly instance: object;
  readonly name: string;
  readonly method: Method;
}

/**
 * Finds the methods marked with `@OnEvent`, `@OnEvents` and `@OnEventBatch` on all providers and controllers.
 * @throws Error when two batch handlers share a name, and so a consumer group.
 */
export function discoverHandlers(discovery: DiscoveryService): DiscoveredHandlers {
  const single: EventHandler[] = [];
  const batch = new Map<string, EventBatchHandler>();
  for (const marked of markedMethods(discovery)) {
    const { instance, name, method } = marked;
    const one = singleHandler(marked);
    if (one !== undefined) single.push(one);
    const many: OnEventBatchMetadata | undefined = Reflect.getMetadata(ON_EVENT_BATCH, method);
    if (many === undefined) continue;
    if (batch.has(name)) throw new Error(`Two methods named ${name} are marked with @OnEventBatch`);
    batch.set(name, { ...many, name, handle: (events) => method.call(instance, events) });
  }
  return { single, batch: [...batch.values()] };
}

function singleHandler({ instance, name: methodName, method }: MarkedMethod): EventHandler | undefined {
  const name = `${className(instance)}.${methodName}`;
  const one: OnEventMetadata | undefined = Reflect.getMetadata(ON_EVENT, method);
  if (one !== undefined) return { name, types: one.types, handle: (event) => method.call(instance, event) };
  const several: OnEventMetadata | undefined = Reflect.getMetadata(ON_EVENTS, method);
  if (several === undefined) return undefined;
  const handleTogether = (events: DomainEvent[]) => method.call(instance, events);
  return { name, types: several.types, handle: (event) => handleTogether([event]), handleTogether };
}

function* markedMethods(discovery: DiscoveryService): Generator<MarkedMethod> {
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
