import {
  type BaseOptions,
  type ClusterMetadata,
  kPerformWithRetry,
  ProduceAcks,
  Producer,
} from '@platformatic/kafka';
import type { BusLogger, BusMessage } from './event-bus.js';
import { byBrokerLimits, isKafkaError, partitionName, placeOfKey } from './kafka-client.js';
import { type PartitionBatch, produce } from './kafka-produce.js';
import { encodeRecordBatch } from './kafka-record-batch.js';

/** The broker still marks the partitions of the transaction before: asked again soon, in milliseconds. */
const MARKING_DELAY_MS = 3;
const RETRY_DELAY_MS = 200;
const RETRIES = 50;
/** Sequences go on from 0 behind this one. */
const SEQUENCES = 2 ** 31;

/** Asks for the id of a new producer; the one before, and the transaction it left, are ended by that. */
const NEW_PRODUCER = { producerId: -1n, producerEpoch: -1 };
const NO_VALUE = Buffer.alloc(0);

type Transaction = Awaited<ReturnType<Producer['beginTransaction']>>;

/** Messages of one partition, in order. */
interface Share {
  readonly topic: string;
  readonly partition: number;
  readonly messages: readonly BusMessage[];
}

/**
 * A producer of transactions, one at a time. The client library begins, extends and ends them; what they carry is
 * encoded here, each record once, and sent again under the same sequence numbers when a broker did not answer.
 */
export class TransactionalProducer {
  readonly #producer: Producer;
  readonly #sequences = new Map<string, number>();

  /** `limitMs` is the longest time one request may take. */
  constructor(
    client: BaseOptions,
    private readonly transactionalId: string,
    private readonly limitMs: number,
    logger: BusLogger,
  ) {
    this.#producer = new Producer({
      ...client,
      requestTimeout: limitMs,
      idempotent: true,
      acks: ProduceAcks.ALL,
      transactionalId,
      retries: RETRIES,
      retryDelay: (_client, _operation, _attempt, _retries, error) =>
        isKafkaError(error, 'CONCURRENT_TRANSACTIONS') ? MARKING_DELAY_MS : RETRY_DELAY_MS,
    });
    this.#producer.on('error', (error) => logger.warn('Kafka client failed', { error }));
  }

  /** Committed when resolved. After a failure its state is open: it is to be closed, and its successor ends what it left. */
  async transact(messages: readonly BusMessage[]): Promise<void> {
    const transaction = await this.#producer.beginTransaction(NEW_PRODUCER);
    for (const chunk of byBrokerLimits(messages)) await this.#send(transaction, chunk);
    await transaction.commit();
  }

  async close(): Promise<void> {
    await this.#producer.close(true);
  }

  async #send(transaction: Transaction, messages: readonly BusMessage[]): Promise<void> {
    const topics = [...new Set(messages.map(({ topic }) => topic))];
    const metadata = await this.#producer.metadata({ topics });
    const shares = sharesOf(messages, metadata);
    await transaction.addPartitions(
      metadata,
      shares.map(({ topic, partition }) => ({ topic, partition, value: NO_VALUE })),
    );
    const batches = shares.map((share) => this.#encode(share));
    await this.#withRetries((attempt) => this.#produce(topics, batches, attempt));
  }

  #encode({ topic, partition, messages }: Share): PartitionBatch {
    const { producerId, producerEpoch } = this.#producer;
    if (producerId === undefined || producerEpoch === undefined)
      throw new Error('The producer has no transaction');
    const name = partitionName(topic, partition);
    const firstSequence = this.#sequences.get(name) ?? 0;
    this.#sequences.set(name, (firstSequence + messages.length) % SEQUENCES);
    const writer = { producerId, producerEpoch, firstSequence, timestamp: Date.now() };
    return { topic, partition, records: encodeRecordBatch(messages, writer) };
  }

  /** To the leader of each partition; asked for anew when it was another one. */
  async #produce(topics: string[], batches: readonly PartitionBatch[], attempt: number): Promise<void> {
    const metadata = await this.#producer.metadata({ topics, forceUpdate: attempt > 0 });
    const byLeader = Map.groupBy(
      batches,
      ({ topic, partition }) => metadata.topics.get(topic)?.partitions[partition]?.leader ?? -1,
    );
    await Promise.all(
      [...byLeader].map(async ([leader, ofLeader]) => {
        const broker = metadata.brokers.get(leader);
        if (broker === undefined) throw new Error(`Kafka broker ${leader} is not there`);
        const connection = await this.#producer.connections.get(broker);
        await produce.async(connection, this.transactionalId, this.limitMs, ofLeader);
      }),
    );
  }

  /** As often and as patiently as the library does it with its own requests. */
  #withRetries(work: (attempt: number) => Promise<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#producer[kPerformWithRetry]<void>(
        'produce',
        (done, attempt) => {
          work(attempt).then(() => done(null), done);
        },
        (error) => (error === null ? resolve() : reject(error)),
      );
    });
  }
}

/** The messages by partition, in order. */
function sharesOf(messages: readonly BusMessage[], metadata: ClusterMetadata): Share[] {
  let placed: { readonly key: string; readonly place: number } | undefined;
  const placeOf = (key: string) => {
    // Neighbours are often of one shopper.
    if (key !== placed?.key) placed = { key, place: placeOfKey(key) };
    return placed.place;
  };
  return [...Map.groupBy(messages, ({ topic }) => topic)].flatMap(([topic, ofTopic]) => {
    const partitions = metadata.topics.get(topic)?.partitionsCount;
    if (partitions === undefined) throw new Error(`Kafka has no topic ${topic}`);
    const byPartition = Map.groupBy(ofTopic, ({ key }) => placeOf(key) % partitions);
    return [...byPartition].map(([partition, ofPartition]) => ({ topic, partition, messages: ofPartition }));
  });
}
