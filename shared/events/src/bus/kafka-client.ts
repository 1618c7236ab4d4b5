import {
  Admin,
  type BaseOptions,
  compatibilityPartitioner,
  findErrorBy,
  ProduceAcks,
  Producer,
  stringSerializers,
} from '@platformatic/kafka';

/** Longest time in which a dead broker is noticed while connecting, in milliseconds. */
const CONNECT_TIMEOUT_MS = 1_000;

/** `host:port` addresses from a list, or from a text with commas between them. */
export function brokerList(brokers: readonly string[] | string): string[] {
  const list = typeof brokers === 'string' ? brokers.split(',') : [...brokers];
  return list.map((broker) => broker.trim()).filter((broker) => broker !== '');
}

/** Options of all clients. Retries are few and quick: callers have their own, with back-off. */
export function clientOptions(clientName: string, brokers: readonly string[]): BaseOptions {
  return {
    clientId: clientName.replace(/\s+/g, '-'),
    bootstrapBrokers: [...brokers],
    connectTimeout: CONNECT_TIMEOUT_MS,
    timeout: 5_000,
    retries: 3,
    retryDelay: 200,
    autocreateTopics: false,
  };
}

/** A producer that never doubles a message by its own retries and waits for all in-sync replicas. */
export function createProducer(options: BaseOptions): Producer<string, string, string, string> {
  return new Producer({
    ...options,
    requestTimeout: 5_000,
    serializers: stringSerializers,
    idempotent: true,
    acks: ProduceAcks.ALL,
    // The Java clients' placing of keys, so that other writers of a topic agree with it.
    partitioner: (message, key) => compatibilityPartitioner(message, key),
  });
}

/** A client for topics, offsets and health. */
export function createAdmin(options: BaseOptions): Admin {
  return new Admin({ ...options, requestTimeout: 5_000 });
}

/** True when the broker answered with the given error, for example TOPIC_ALREADY_EXISTS. */
export function isKafkaError(error: unknown, apiId: string): boolean {
  return error instanceof Error && findErrorBy(error, 'apiId', apiId) !== null;
}

/** Name of a partition inside a process. */
export function partitionName(topic: string, partition: number): string {
  return `${topic}/${partition}`;
}
