import type { BeforeApplicationShutdown, OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import type { DiscoveryService } from '@nestjs/core';
import type { Database } from '@vici/database';
import type { Logger, Metrics } from '@vici/utils';
import type { EventBus, TopicSpec } from './bus/event-bus.js';
import { deadLetterTopic, TOPICS } from './catalogue/index.js';
import { discoverHandlers } from './consumer/handler-discovery.js';
import type { RetryPolicy } from './consumer/retries.js';
import { ServiceConsumers } from './consumer/service-consumers.js';
import type { EventsTables } from './events.tables.js';
import type { OutboxRelay } from './outbox/outbox.relay.js';
import { type Backoff, backoffMs, pause } from './retry/backoff.js';

/** Application start waits so long for the bus, in milliseconds; then it goes on without. */
const START_WAIT_MS = 3_000;
const DEAD_LETTER_RETENTION_MS = 30 * 86_400_000;
const ENSURE_TOPICS: Backoff = { baseMs: 250, factor: 2, maxMs: 4_000 };

/** Every topic of the catalogue and its dead-letter topic. */
export function topicSpecs(): TopicSpec[] {
  return Object.entries(TOPICS).flatMap(([name, settings]) => [
    { name, partitions: settings.partitions, retentionMs: settings.retentionMs },
    { name: deadLetterTopic(name), partitions: 1, retentionMs: DEAD_LETTER_RETENTION_MS },
  ]);
}

/** What the runtime works with. */
export interface EventsRuntimeDependencies {
  readonly service: string;
  readonly bus: EventBus;
  readonly relay: OutboxRelay | undefined;
  /** Without: the service has no inbox and its handlers are idempotent. */
  readonly inboxDatabase: Database<EventsTables> | undefined;
  readonly broadcast: boolean;
  readonly retry: RetryPolicy;
  readonly discovery: DiscoveryService;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/**
 * Starts what moves events when the application is ready, and stops it in this order: consumers, then the
 * relay after a last drain, then the bus. A bus that is down delays events, never the application.
 */
export class EventsRuntime implements OnApplicationBootstrap, OnModuleDestroy, BeforeApplicationShutdown {
  private readonly stopping = new AbortController();
  private consumers: ServiceConsumers | undefined;
  private starting: Promise<void> | undefined;

  constructor(private readonly dependencies: EventsRuntimeDependencies) {}

  async onApplicationBootstrap(): Promise<void> {
    const handlers = discoverHandlers(this.dependencies.discovery);
    this.consumers = new ServiceConsumers(handlers, this.dependencies);
    this.starting = this.start(this.consumers);
    const waiting = new AbortController();
    await Promise.race([this.starting, pause(START_WAIT_MS, waiting.signal)]);
    waiting.abort();
  }

  async onModuleDestroy(): Promise<void> {
    this.stopping.abort();
    await this.consumers?.stop();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.starting;
    await this.dependencies.relay?.stop();
    await this.dependencies.bus.close();
  }

  private async start(consumers: ServiceConsumers): Promise<void> {
    await this.ensureTopics();
    if (this.stopping.signal.aborted) return;
    this.dependencies.relay?.start();
    await consumers.start();
  }

  private async ensureTopics(): Promise<void> {
    const { bus, logger } = this.dependencies;
    for (let failures = 1; !this.stopping.signal.aborted; failures += 1) {
      try {
        await bus.ensureTopics(topicSpecs());
        return;
      } catch (error) {
        logger.warn('the event bus cannot be reached; events wait', { error, failures });
        await pause(backoffMs(ENSURE_TOPICS, failures), this.stopping.signal);
      }
    }
  }
}
