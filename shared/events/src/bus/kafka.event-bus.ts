import { randomUUID } from 'node:crypto';
import type { Admin, BaseOptions, Producer } from '@platformatic/kafka';
import type {
  BusMessage,
  BusSubscription,
  EventBus,
  EventBusDependencies,
  ReceivedMessage,
  SubscriptionOptions,
  TopicSpec,
} from './event-bus.js';
import { brokerList, byBrokerLimits, clientOptions, createAdmin, createProducer } from './kafka-client.js';
import { groupLag } from './kafka-offsets.js';
import { readTopic } from './kafka-reader.js';
import { KafkaSubscription } from './kafka-subscription.js';
import { ensureTopics } from './kafka-topics.js';
import { KafkaTransactions } from './kafka-transactions.js';

const DEFAULT_SESSION_TIMEOUT_MS = 10_000;

/** Where Kafka is, and how patient its groups are. */
export interface KafkaEventBusOptions {
  /** `host:port` list, or a text with commas between them. */
  readonly brokers: readonly string[] | string;
  /** After this silence a member is taken for dead, in milliseconds. Default: ten seconds. */
  readonly sessionTimeoutMs?: number;
}

/**
 * The event bus on Apache Kafka (3.5 and newer): idempotent producer, all in-sync replicas
 * acknowledge, offsets committed after the handler; what is published together is one transaction, and readers see
 * committed messages alone. A rebalance may repeat the batch in flight.
 */
export class KafkaEventBus implements EventBus {
  readonly #client: BaseOptions;
  readonly #admin: Admin;
  readonly #producer: Producer<string, string, string, string>;
  readonly #transactions: KafkaTransactions;
  readonly #subscriptions = new Set<KafkaSubscription>();
  readonly #sessionTimeoutMs: number;
  #publishing: Promise<unknown> = Promise.resolve();

  constructor(
    options: KafkaEventBusOptions,
    private readonly dependencies: EventBusDependencies,
  ) {
    this.#client = clientOptions(dependencies.clientName, brokerList(options.brokers));
    this.#sessionTimeoutMs = options.sessionTimeoutMs ?? DEFAULT_SESSION_TIMEOUT_MS;
    this.#admin = createAdmin(this.#client);
    this.#producer = createProducer(this.#client);
    const transactionalId = `${dependencies.clientName}-${randomUUID()}`;
    this.#transactions = new KafkaTransactions(this.#client, transactionalId, dependencies.logger);
    for (const client of [this.#admin, this.#producer]) {
      client.on('error', (error) => dependencies.logger.warn('Kafka client failed', { error }));
    }
  }

  async ensureTopics(topics: readonly TopicSpec[]): Promise<void> {
    await ensureTopics(this.#admin, topics);
  }

  /** One call after the other, so that the order of the calls is the order in Kafka. */
  publish(messages: readonly BusMessage[]): Promise<void> {
    const published = this.#publishing.then(async () => {
      for (const chunk of byBrokerLimits(messages)) await this.#producer.send({ messages: chunk });
    });
    // The caller gets the failure; the next call only waits for the end of this one.
    this.#publishing = published.then(
      () => undefined,
      () => undefined,
    );
    return published;
  }

  publishTogether(messages: readonly BusMessage[]): Promise<void> {
    return this.#transactions.publish(messages);
  }

  async subscribe(options: SubscriptionOptions): Promise<BusSubscription> {
    const subscription = new KafkaSubscription(options, {
      client: this.#client,
      admin: this.#admin,
      logger: this.dependencies.logger,
      sessionTimeoutMs: this.#sessionTimeoutMs,
    });
    this.#subscriptions.add(subscription);
    await subscription.start();
    return {
      stop: async () => {
        await subscription.stop();
        this.#subscriptions.delete(subscription);
      },
    };
  }

  async ping(): Promise<void> {
    await this.#admin.metadata({ topics: [], forceUpdate: true });
  }

  async close(): Promise<void> {
    await Promise.all([...this.#subscriptions].map((subscription) => subscription.stop()));
    this.#subscriptions.clear();
    await this.#publishing;
    await Promise.all([this.#producer.close(true), this.#transactions.close(), this.#admin.close()]);
  }

  readAll(topic: string, visit: (message: ReceivedMessage) => Promise<void> | void): Promise<number> {
    return readTopic(this.#client, this.#admin, topic, visit);
  }

  lag(group: string, topics: readonly string[]): Promise<Record<string, number>> {
    return groupLag(this.#admin, group, topics);
  }
}
