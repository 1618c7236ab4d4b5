import type { EventBusConfig } from './bus/event-bus.js';

/** The keys of a service's configuration that `eventBusConfig` of @vici/utils adds. */
export interface EventBusSettings {
  readonly EVENT_BUS: 'redis' | 'kafka';
  readonly KAFKA_BROKERS: readonly string[];
  readonly KAFKA_PREFIX?: string | undefined;
  readonly REDIS_URL: string;
  readonly EVENT_BUS_REDIS_URL?: string | undefined;
}

/** The bus a service's configuration asks for. */
export function eventBusOf(settings: EventBusSettings): EventBusConfig {
  return settings.EVENT_BUS === 'kafka'
    ? { kind: 'kafka', brokers: settings.KAFKA_BROKERS, prefix: settings.KAFKA_PREFIX ?? '' }
    : { kind: 'redis', url: settings.EVENT_BUS_REDIS_URL ?? settings.REDIS_URL };
}
