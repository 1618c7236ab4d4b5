import {
  type BaseOptions,
  ConnectionPool,
  Consumer,
  type ConsumerGroupJoinPayload,
  ListOffsetTimestamps,
} from '@platformatic/kafka';
import { backoffDelay, pause } from './backoff.js';
import type { BusLogger, SubscriptionOptions } from './event-bus.js';
import { isKafkaError, partitionName } from './kafka-client.js';
import { KafkaPartition, type PartitionOwner } from './kafka-partition.js';
import { readRecords } from './kafka-records.js';

const FETCH_WAIT_MS = 250;
const PARTITION_MAX_BYTES = 1_048_576;
const CLOSE_LIMIT_MS = 3_000;
/** What came while its broker was away is fetched within about a second of its return. */
const LONGEST_FETCH_PAUSE_MS = 1_000;

type FetchResponse = Awaited<ReturnType<Consumer['fetch']>>;

interface Place {
  readonly topic: string;
  readonly partition: number;
}

/** What a session of a group needs. */
export interface SessionDependencies {
  readonly client: BaseOptions;
  readonly subscription: SubscriptionOptions;
  readonly logger: BusLogger;
  /** After this silence, in milliseconds, the group takes a member for dead. */
  readonly sessionTimeoutMs: number;
  /** Batches of earlier sessions that may still be in flight, by partition name. */
  readonly ending: Map<string, Promise<void>>;
}

/**
 * One membership in a consumer group. The library keeps the membership (join, heartbeat, commit);
 * what to fetch is decided here, because a partition whose handler is slow or failing must not hold
 * up the others, and because what was fetched but not handled has to be dropped when a partition
 * goes to another member.
 */
export class KafkaSession implements PartitionOwner {
  readonly subscription: SubscriptionOptions;
  readonly logger: BusLogger;
  readonly #consumer: Consumer;
  // Long polls must not stand in front of heartbeats and commits on the same connection.
  readonly #fetchConnections: ConnectionPool;
  readonly #partitions = new Map<string, KafkaPartition>();
  readonly #busyNodes = new Set<number>();
  readonly #closing = new AbortController();
  readonly #ended = Promise.withResolvers<void>();
  #wanted = new Map<string, Place>();
  #places = new Map<string, { readonly node: number; readonly topicId: string }>();
  #memberId: string | null = null;
  #starting: Promise<void> = Promise.resolve();
  #rebalance: PromiseWithResolvers<void> | undefined;
  #fetchFailures = 0;

  constructor(private readonly dependencies: SessionDependencies) {
    const { client, subscription, sessionTimeoutMs } = dependencies;
    this.subscription = subscription;
    this.logger = dependencies.logger;
    this.#consumer = new Consumer({
      ...client,
      groupId: subscription.group,
      sessionTimeout: sessionTimeoutMs,
      rebalanceTimeout: sessionTimeoutMs * 2,
      heartbeatInterval: Math.min(1_000, sessionTimeoutMs / 3),
      autocommit: false,
    });
    this.#fetchConnections = new ConnectionPool(client.clientId, client);
  }

  /** Consumes until `stop` aborts; rejects when the membership is lost for good. */
  async run(stop: AbortSignal): Promise<void> {
    const finish = () => this.#ended.resolve();
    stop.addEventListener('abort', finish, { once: true });
    if (stop.aborted) finish();
    this.#join().catch((error: unknown) => this.#ended.reject(error));
    try {
      await this.#ended.promise;
      await Promise.all([...this.#partitions.values()].map((partition) => partition.finish()));
    } finally {
      stop.removeEventListener('abort', finish);
      await this.#close();
    }
  }

  onSpace(): void {
    this.#fetch();
  }

  async commit(topic: string, partition: number, offset: bigint, leaderEpoch: number): Promise<void> {
    await this.#rebalance?.promise;
    if (!this.#partitions.has(partitionName(topic, partition))) return;
    await this.#consumer.commit({ offsets: [{ topic, partition, offset, leaderEpoch }] });
  }

  async #join(): Promise<void> {
    const consumer = this.#consumer;
    consumer.on('error', (error) => this.#ended.reject(error));
    consumer.on('consumer:heartbeat:stalled', () =>
      this.#ended.reject(new Error('The group coordinator does not answer heartbeats')),
    );
    consumer.on('consumer:group:rebalance', () => {
      this.#rebalance ??= Promise.withResolvers<void>();
    });
    consumer.on('consumer:group:join', (payload) => this.#assign(payload));
    consumer.topics.trackAll(...this.subscription.topics);
    await consumer.joinGroup({});
  }

  #assign({ memberId, assignments }: ConsumerGroupJoinPayload): void {
    const assigned = (assignments ?? [])
      .filter(({ topic }) => this.subscription.topics.includes(topic))
      .flatMap(({ topic, partitions }) => partitions.map((partition) => ({ topic, partition })));
    this.#wanted = new Map(assigned.map((place) => [partitionName(place.topic, place.partition), place]));
    // Under a new member id the group had given everything away in the meantime.
    const sameMember = memberId === this.#memberId;
    this.#memberId = memberId;
    for (const name of [...this.#partitions.keys()]) {
      if (!sameMember || !this.#wanted.has(name)) this.#revoke(name);
    }
    this.#rebalance?.resolve();
    this.#rebalance = undefined;
    this.#starting = this.#starting.then(() => this.#startAssigned());
    this.#starting.catch((error: unknown) => this.#ended.reject(error));
  }

  #revoke(name: string): void {
    const revoked = this.#partitions.get(name)?.revoke();
    this.#partitions.delete(name);
    if (revoked === undefined) return;
    const { ending } = this.dependencies;
    const ended = revoked.finally(() => {
      if (ending.get(name) === ended) ending.delete(name);
    });
    ending.set(name, ended);
  }

  async #startAssigned(): Promise<void> {
    const added = [...this.#wanted].filter(([name]) => !this.#partitions.has(name));
    if (added.length === 0 || this.#closing.signal.aborted) return;
    const places = added.map(([, place]) => place);
    const topics = [...Map.groupBy(places, ({ topic }) => topic)].map(([topic, ofTopic]) => ({
      topic,
      partitions: ofTopic.map(({ partition }) => partition),
    }));
    await this.#locate();
    const committed = await this.#consumer.listCommittedOffsets({ topics });
    const oldest = await this.#offsets(places, ListOffsetTimestamps.EARLIEST);
    for (const [name, { topic, partition }] of added) {
      if (!this.#wanted.has(name) || this.#partitions.has(name)) continue;
      const first = oldest.get(name) ?? 0n;
      const stored = committed.get(topic)?.[partition] ?? -1n;
      const position = stored > first ? stored : first;
      const predecessor = this.dependencies.ending.get(name) ?? Promise.resolve();
      this.#partitions.set(name, new KafkaPartition(topic, partition, position, this, predecessor));
    }
    this.#fetch();
  }

  async #locate(): Promise<void> {
    const topics = [...this.subscription.topics];
    const metadata = await this.#consumer.metadata({ topics, forceUpdate: true });
    const places = new Map<string, { node: number; topicId: string }>();
    for (const [topic, { id, partitions }] of metadata.topics) {
      for (const [partition, { leader }] of partitions.entries()) {
        places.set(partitionName(topic, partition), { node: leader, topicId: id });
      }
    }
    this.#places = places;
  }

  async #offsets(places: readonly Place[], timestamp: bigint): Promise<Map<string, bigint>> {
    const topics = [...new Set(places.map(({ topic }) => topic))];
    const offsets = await this.#consumer.listOffsets({ topics, timestamp });
    return new Map(
      places.map(({ topic, partition }) => [
        partitionName(topic, partition),
        offsets.get(topic)?.[partition] ?? 0n,
      ]),
    );
  }

  /** Starts a long poll at every broker that leads a partition with space and has none running. */
  #fetch(): void {
    if (this.#closing.signal.aborted) return;
    const ready = [...this.#partitions]
      .filter(([, partition]) => partition.hasSpace && !partition.fetching)
      .flatMap(([name, partition]) => {
        const place = this.#places.get(name);
        return place === undefined ? [] : [{ ...place, partition }];
      });
    for (const [node, ofNode] of Map.groupBy(ready, (entry) => entry.node)) {
      if (!this.#busyNodes.has(node)) void this.#fetchFrom(node, ofNode);
    }
  }

  async #fetchFrom(
    node: number,
    requested: readonly { readonly topicId: string; readonly partition: KafkaPartition }[],
  ): Promise<void> {
    this.#busyNodes.add(node);
    for (const { partition } of requested) partition.fetching = true;
    try {
      this.#deliver(await this.#poll(node, requested), requested);
      this.#fetchFailures = 0;
    } catch (error) {
      await this.#recover(
        error,
        requested.map(({ partition }) => partition),
      );
    } finally {
      for (const { partition } of requested) partition.fetching = false;
      this.#busyNodes.delete(node);
    }
    this.#fetch();
  }

  #poll(
    node: number,
    requested: readonly { readonly topicId: string; readonly partition: KafkaPartition }[],
  ): Promise<FetchResponse> {
    const topics = [...Map.groupBy(requested, ({ topicId }) => topicId)].map(([topicId, ofTopic]) => ({
      topicId,
      partitions: ofTopic.map(({ partition }) => ({
        partition: partition.partition,
        fetchOffset: partition.position,
        partitionMaxBytes: PARTITION_MAX_BYTES,
        currentLeaderEpoch: -1,
        lastFetchedEpoch: -1,
      })),
    }));
    const connectionPool = this.#fetchConnections;
    return this.#consumer.fetch({ node, topics, connectionPool, maxWaitTime: FETCH_WAIT_MS });
  }

  #deliver(
    response: FetchResponse,
    requested: readonly { readonly topicId: string; readonly partition: KafkaPartition }[],
  ): void {
    for (const { topicId, partitions } of response.responses) {
      for (const { partitionIndex, records } of partitions) {
        const partition = requested.find(
          (entry) => entry.topicId === topicId && entry.partition.partition === partitionIndex,
        )?.partition;
        if (partition === undefined || !records) continue;
        const { topic, position } = partition;
        const read = readRecords(topic, partitionIndex, position, records);
        partition.take(read.records, read.next);
      }
    }
  }

  async #recover(error: unknown, partitions: readonly KafkaPartition[]): Promise<void> {
    if (this.#closing.signal.aborted) return;
    this.#fetchFailures += 1;
    const { group } = this.subscription;
    this.logger.warn('Fetching from Kafka failed', { group, failures: this.#fetchFailures, error });
    await pause(
      backoffDelay(this.#fetchFailures, { longestMs: LONGEST_FETCH_PAUSE_MS }),
      this.#closing.signal,
    );
    try {
      await this.#locate();
      if (!isKafkaError(error, 'OFFSET_OUT_OF_RANGE')) return;
      await this.#rewind(partitions);
    } catch (locateError) {
      // The next fetch fails as well and comes back here, later each time.
      this.logger.warn('Kafka cannot be reached', { group, error: locateError });
    }
  }

  /** Retention (or a topic made anew) has removed the position: on from the oldest message. */
  async #rewind(partitions: readonly KafkaPartition[]): Promise<void> {
    const oldest = await this.#offsets(partitions, ListOffsetTimestamps.EARLIEST);
    const newest = await this.#offsets(partitions, ListOffsetTimestamps.LATEST);
    for (const partition of partitions) {
      const name = partitionName(partition.topic, partition.partition);
      const [first = 0n, end = 0n] = [oldest.get(name), newest.get(name)];
      if (partition.position < first || partition.position > end) partition.position = first;
    }
  }

  async #close(): Promise<void> {
    this.#closing.abort();
    for (const name of [...this.#partitions.keys()]) this.#revoke(name);
    this.#rebalance?.resolve();
    const closed = Promise.all([this.#consumer.close(true), this.#fetchConnections.close()]);
    const limit = new AbortController();
    try {
      await Promise.race([closed, pause(CLOSE_LIMIT_MS, limit.signal)]);
    } catch (error) {
      this.logger.warn('Left the consumer group without its agreement', {
        group: this.subscription.group,
        error,
      });
    } finally {
      limit.abort();
    }
  }
}
