import type { EventBus, EventBusConfig } from '@vici/events';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { type RunBus, runBus } from './run-bus.js';
import { runService } from './run-services.js';
import { testLogger } from './test-logger.js';
import { testRedisUrl } from './test-redis.js';

/** The first Kafka of a machine is downloaded before it starts. */
const KAFKA_TIMEOUT_MS = 960_000;
const REDIS_TIMEOUT_MS = 120_000;

/** A real event bus, and how to make another connection to it. Valid in tests and hooks. */
export interface TestEventBus {
  readonly bus: EventBus;
  readonly config: EventBusConfig;
}

async function redisBus(): Promise<EventBusConfig> {
  return { kind: 'redis', url: await testRedisUrl() };
}

async function connect(config: EventBusConfig): Promise<EventBus> {
  // Loaded only here: a test file without a bus needs no broker clients.
  const { createEventBus } = await import('@vici/events');
  return createEventBus(config, { clientName: 'vici-test', logger: testLogger() });
}

/** The run's Kafka, or the reason why there is none. @throws Error with the reason when VICI_REQUIRE_KAFKA=1 */
async function kafkaBus(): Promise<EventBusConfig | string> {
  const { brokers, obstacle = 'Kafka gave no reason' } = await runService('kafka');
  if (brokers !== undefined) return { kind: 'kafka', brokers };
  if (process.env['VICI_REQUIRE_KAFKA'] === '1')
    throw new Error(`Kafka is required but cannot be had: ${obstacle}`);
  return `Kafka cannot be had: ${obstacle}`;
}

/**
 * A real event bus for this test file. On Redis it is empty at the start; Kafka is shared by the whole run, so use
 * topic and group names of your own there. Where Kafka cannot be had every test of the surrounding `describe` is
 * skipped with the reason, or fails when VICI_REQUIRE_KAFKA=1; use the bus in tests and `beforeEach`, not `beforeAll`.
 */
export function useTestEventBus(kind: RunBus = runBus()): TestEventBus {
  let open: { readonly bus: EventBus; readonly config: EventBusConfig } | undefined;
  let obstacle: string | undefined;
  beforeAll(
    async () => {
      const found = kind === 'kafka' ? await kafkaBus() : await redisBus();
      if (typeof found === 'string') obstacle = found;
      else open = { config: found, bus: await connect(found) };
    },
    kind === 'kafka' ? KAFKA_TIMEOUT_MS : REDIS_TIMEOUT_MS,
  );
  beforeEach(({ skip }) => {
    if (obstacle !== undefined) skip(obstacle);
  });
  afterAll(() => open?.bus.close());
  const opened = () => {
    if (open === undefined) throw new Error(obstacle ?? 'The event bus exists only inside tests and hooks');
    return open;
  };
  return {
    get bus() {
      return opened().bus;
    },
    get config() {
      return opened().config;
    },
  };
}
