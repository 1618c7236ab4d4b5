import {
  Admin,
  type BaseOptions,
  compatibilityPartitioner,
  findErrorBy,
  type MessageToProduce,
  ProduceAcks,
  Producer,
  stringSerializers,
} from '@platformatic/kafka';
import type { BusMessage } from './event-bus.js';

/** Longest time in which a dead broker is noticed while connecting, in milliseconds. */
const CONNECT_TIMEOUT_MS = 1_000;
const PUBLISH_MAX_MESSAGES = 1_000;
// Half of what a broker takes in one batch by default, with room for keys and headers.
const PUBLISH_MAX_CHARACTERS = 256 * 1_024;

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
    partitioner: javaPartitioner,
  });
}

/** The Java clients' placing of keys, so that other writers of a topic agree with it. */
export function javaPartitioner(
  message: MessageToProduce<string, string, string, string>,
  key?: Buffer,
): number {
  return compatibilityPartitioner(message, key);
}

/** Parts of `messages`, in order, each small enough for one request. */
export function* byBrokerLimits(messages: readonly BusMessage[]): Generator<BusMessage[]> {
  let chunk: BusMessage[] = [];
  let characters = 0;
  for (const message of messages) {
    const size = message.key.length + message.value.length;
    const full = chunk.length >= PUBLISH_MAX_MESSAGES || characters + size > PUBLISH_MAX_CHARACTERS;
    if (full && chunk.length > 0) {
      yield chunk;
      chunk = [];
      characters = 0;
    }
    chunk.push(message);
    characters += size;
  }
  if (chunk.length > 0) yield chunk;
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
