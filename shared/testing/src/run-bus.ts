import type { EventBusConfig } from '@vici/events';
import { newId } from '@vici/utils';
import { runService } from './run-services.js';
import { testRedisUrl } from './test-redis.js';

/** What carries events in this run: Redis Streams, or Apache Kafka with `VICI_TEST_BUS=kafka`. */
export type RunBus = 'redis' | 'kafka';

/** @throws Error when VICI_TEST_BUS names neither */
export function runBus(): RunBus {
  const named = process.env['VICI_TEST_BUS'] ?? 'redis';
  if (named !== 'redis' && named !== 'kafka') throw new Error(`VICI_TEST_BUS: no bus is named '${named}'`);
  return named;
}

/**
 * A bus without topics, on the server of this run. On Redis it is this file's; the Kafka of the run is shared, and
 * each call gives another prefix there.
 * @throws Error with the reason when this run is to use Kafka, and it cannot be had
 */
export async function runBusConfig(kind: RunBus = runBus()): Promise<EventBusConfig> {
  if (kind === 'redis') return { kind: 'redis', url: await testRedisUrl() };
  const { brokers, obstacle } = await runService('kafka');
  if (brokers === undefined) throw new Error(`Kafka cannot be had: ${obstacle}`);
  return { kind: 'kafka', brokers, prefix: `${newId()}.` };
}

/** The same in the words of a service's environment. */
export function busEnvironment(bus: EventBusConfig): Record<string, string> {
  if (bus.kind === 'redis') return { EVENT_BUS: 'redis' };
  const { brokers, prefix = '' } = bus;
  return {
    EVENT_BUS: 'kafka',
    KAFKA_BROKERS: typeof brokers === 'string' ? brokers : brokers.join(','),
    KAFKA_PREFIX: prefix,
  };
}
