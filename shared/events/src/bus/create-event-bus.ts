import type { EventBus, EventBusConfig, EventBusDependencies } from './event-bus.js';
import { KafkaEventBus } from './kafka.event-bus.js';
import { PrefixedEventBus } from './prefixed.event-bus.js';
import { RedisStreamsEventBus } from './redis-streams.event-bus.js';

/** The event bus a configuration asks for. It connects by itself when it is first used. */
export function createEventBus(config: EventBusConfig, dependencies: EventBusDependencies): EventBus {
  switch (config.kind) {
    case 'redis':
      return new RedisStreamsEventBus(config.url, dependencies);
    case 'kafka':
      return withPrefix(config.prefix ?? '', new KafkaEventBus({ brokers: config.brokers }, dependencies));
  }
}

function withPrefix(prefix: string, bus: EventBus): EventBus {
  return prefix === '' ? bus : new PrefixedEventBus(prefix, bus);
}
