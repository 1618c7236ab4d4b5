/**
 * The port between Vici and its message broker. Promises common to every adapter:
 * at-least-once delivery, order per (topic, key), one owner of a partition per group at a time.
 */

/** A topic as it must exist before anything is published to it. */
export interface TopicSpec {
  readonly name: string;
  /** Upper bound of parallel consumers in one group. Redis Streams always has one partition. */
  readonly partitions: number;
  /** How long messages are kept, in milliseconds. Default: seven days. */
  readonly retentionMs?: number;
}

/** A message on its way to the bus. Messages of one topic with the same key keep their order. */
export interface BusMessage {
  readonly topic: string;
  readonly key: string;
  readonly value: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** A message as a consumer sees it. */
export interface ReceivedMessage extends BusMessage {
  /** Position inside the partition, opaque: unique per (topic, partition). */
  readonly offset: string;
  readonly partition: number;
  /** When the broker took the message, milliseconds since the epoch. */
  readonly timestamp: number;
}

/** What to consume and how. */
export interface SubscriptionOptions {
  /** Members of one group share the messages; every group gets all of them. */
  readonly group: string;
  readonly topics: readonly string[];
  /** Where a group that is new to the topic begins. Default: 'earliest'. */
  readonly from?: 'earliest' | 'latest';
  /**
   * The group is this subscription's alone and need not outlive it: where the broker keeps groups for ever, it is
   * removed when the subscription stops. Default: false.
   */
  readonly ephemeral?: boolean;
  /**
   * Little comes and it may wait a second: all topics together then keep one connection busy where the broker would
   * have one for each. Default: false.
   */
  readonly quiet?: boolean;
  /** Largest batch given to `handle`. Default: 100. */
  readonly maxBatch?: number;
  /**
   * Gets messages of one partition, in order. Resolved: the batch is committed. Thrown: the same
   * messages come again after a back-off of 0.1 s to 5 s, and nothing behind them comes earlier.
   * Different partitions are handled at the same time.
   */
  handle(batch: readonly ReceivedMessage[]): Promise<void>;
}

/** A running consumer. */
export interface BusSubscription {
  /** Ends the batch in flight, commits it and hands the partitions to the other members. */
  stop(): Promise<void>;
}

/** A message broker. All methods may reject when the broker cannot be reached. */
export interface EventBus {
  /** Creates the topics that do not exist yet; existing ones stay as they are. */
  ensureTopics(topics: readonly TopicSpec[]): Promise<void>;
  /**
   * Durable on the broker when resolved. Rejects in bounded time when the broker is down; some of
   * the messages may then have been taken, so the caller sends the same ones again, in order.
   */
  publish(messages: readonly BusMessage[]): Promise<void>;
  /**
   * As `publish`, but all or none: over several topics too, readers see either every message or no message. Rejected in
   * bounded time when the broker is down; where only the answer was lost, the messages may be there nevertheless.
   * Calls keep their order among themselves, not with `publish`.
   */
  publishTogether(messages: readonly BusMessage[]): Promise<void>;
  /**
   * Resolves when the group exists with its start position. When the broker cannot be reached it
   * resolves too, and the consumer keeps trying until it is stopped.
   */
  subscribe(subscription: SubscriptionOptions): Promise<BusSubscription>;
  /** Rejects when the broker does not answer. */
  ping(): Promise<void>;
  /** Stops every subscription, then closes the connections. */
  close(): Promise<void>;
  /**
   * Visits what the topic holds at the time of the call, from the oldest message, one at a time
   * and in order per partition, outside any group. Returns how many were visited.
   */
  readAll(topic: string, visit: (message: ReceivedMessage) => Promise<void> | void): Promise<number>;
  /** Messages per topic that the group has not committed yet; all of them for a group that is unknown. */
  lag(group: string, topics: readonly string[]): Promise<Record<string, number>>;
}

/** What the adapters write to; `Logger` of @vici/utils fits. */
export interface BusLogger {
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
}

/** What an adapter needs from its host. */
export interface EventBusDependencies {
  /** Name of this process on the broker's side. */
  readonly clientName: string;
  readonly logger: BusLogger;
}

/** Which broker to use and where it is. */
export type EventBusConfig =
  | { readonly kind: 'redis'; readonly url: string }
  | {
      readonly kind: 'kafka';
      readonly brokers: readonly string[] | string;
      /** Stands before the name of every topic and group, where several Vicis share a cluster. Default: nothing. */
      readonly prefix?: string;
    };
