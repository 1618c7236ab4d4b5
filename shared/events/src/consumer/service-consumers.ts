import { randomUUID } from 'node:crypto';
import type { Database } from '@vici/database';
import type { Logger, Metrics } from '@vici/utils';
import type { EventBus } from '../bus/event-bus.js';
import { TOPICS, type Topic } from '../catalogue/index.js';
import { DeadLetters } from '../dead-letter/dead-letters.js';
import type { EventsTables } from '../events.tables.js';
import { InboxCleaner, type InboxRetention } from '../inbox/inbox.cleaner.js';
import { InboxStore } from '../inbox/inbox.store.js';
import { ConsumerMetrics } from './consumer.metrics.js';
import type { ConsumerDependencies } from './consumer-dependencies.js';
import { EventBatchConsumer } from './event-batch-consumer.js';
import { EventConsumer } from './event-consumer.js';
import { GroupSubscription } from './group-subscription.js';
import type { DiscoveredHandlers } from './handler-discovery.js';
import { IdempotentEffect, InboxEffect } from './once-only-effect.js';
import type { RetryPolicy } from './retries.js';
import { Slots } from './slots.js';
import { StopToken } from './stop-token.js';

/** Most events handled at once by one process of a service. */
const MAX_CONCURRENCY = 8;
const DAY_MS = 86_400_000;

/** Where the consumers of a service get their messages and leave their notes. */
export interface ServiceConsumersOptions {
  readonly service: string;
  readonly bus: EventBus;
  readonly inboxDatabase: Database<EventsTables> | undefined;
  /** Every process gets every message, from the moment it starts. */
  readonly broadcast: boolean;
  readonly retry: RetryPolicy;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** All consumer groups of one service in this process. */
export class ServiceConsumers {
  private readonly consumers: readonly (EventConsumer | EventBatchConsumer)[];
  private readonly subscriptions: readonly GroupSubscription[];
  private readonly cleaner: InboxCleaner | undefined;
  private readonly stopToken = new StopToken();
  private readonly metrics: ConsumerMetrics;

  constructor(handlers: DiscoveredHandlers, options: ServiceConsumersOptions) {
    const { bus, service, broadcast, inboxDatabase, logger } = options;
    this.metrics = new ConsumerMetrics(options.metrics, bus);
    const dependencies = this.dependencies(options);
    const suffix = broadcast ? `.${randomUUID()}` : '';
    this.consumers = [
      ...(handlers.single.length === 0
        ? []
        : [new EventConsumer(`${service}${suffix}`, handlers.single, dependencies)]),
      ...handlers.batch.map(
        (handler) =>
          new EventBatchConsumer(
            `${service}.${handler.name}${suffix}`,
            handler,
            handler.idempotent === true ? { ...dependencies, effect: new IdempotentEffect() } : dependencies,
          ),
      ),
    ];
    this.subscriptions = this.consumers.map((one) => new GroupSubscription(bus, one, broadcast, logger));
    if (inboxDatabase !== undefined && this.consumers.length > 0) {
      this.cleaner = new InboxCleaner(new InboxStore(inboxDatabase), this.retentions(), logger);
    }
  }

  /** Resolves when all groups are subscribed. */
  async start(): Promise<void> {
    for (const { group, topics } of this.consumers) this.metrics.watchLag(group, topics);
    this.cleaner?.start();
    await Promise.all(this.subscriptions.map((subscription) => subscription.start()));
  }

  /** Ends what is being handled and leaves the groups. */
  async stop(): Promise<void> {
    this.stopToken.stop();
    await Promise.all([
      this.cleaner?.stop(),
      ...this.subscriptions.map((subscription) => subscription.stop()),
    ]);
  }

  private dependencies(options: ServiceConsumersOptions): ConsumerDependencies {
    const { service, bus, inboxDatabase, retry, logger } = options;
    return {
      service,
      effect: inboxDatabase === undefined ? new IdempotentEffect() : new InboxEffect(inboxDatabase),
      deadLetters: new DeadLetters(bus, logger, this.metrics),
      retry,
      slots: new Slots(concurrency(inboxDatabase)),
      stop: this.stopToken,
      metrics: this.metrics,
      logger,
    };
  }

  private retentions(): InboxRetention[] {
    return this.consumers.map(({ group, topics }) => ({ consumer: group, keepMs: inboxRetentionMs(topics) }));
  }
}

/** Half of the pool at most: the other half serves requests. */
function concurrency(database: Database<EventsTables> | undefined): number {
  if (database === undefined) return MAX_CONCURRENCY;
  return Math.max(1, Math.min(MAX_CONCURRENCY, Math.floor((database.pool.options.max ?? 10) / 2)));
}

/** A day longer than the topics keep a message: as long as it can come again, it is known. */
export function inboxRetentionMs(topics: readonly Topic[]): number {
  return DAY_MS + Math.max(...topics.map((topic) => TOPICS[topic].retentionMs));
}
