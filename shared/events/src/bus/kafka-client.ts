import {
  Admin,
  type BaseOptions,
  findErrorBy,
  type MessageToProduce,
  ProduceAcks,
  Producer,
  stringSerializers,
} from '@platformatic/kafka';
import type { BusMessage } from './event-bus.js';
import { murmur2 } from './murmur2.js';

/** Longest time in which a dead broker is noticed while connecting, in milliseconds. */
const CONNECT_TIMEOUT_MS = 1_000;
const PUBLISH_MAX_MESSAGES = 4_000;
/** Of what a broker takes in one batch by default, a megabyte: the rest is for headers and for what surrounds a message. */
const PUBLISH_MAX_BYTES = 640 * 1_024;
/** Of a message: its headers, among them a trace, and what Kafka puts around it. */
const RECORD_BYTES = 192;

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
function javaPartitioner(_message: MessageToProduce<string, string, string, string>, key?: Buffer): number {
  return key === undefined ? 0 : place(key);
}

/** Where a key belongs, to be taken modulo the partitions of its topic. */
export function placeOfKey(key: string): number {
  return place(Buffer.from(key));
}

function place(key: Buffer): number {
  return murmur2(key) & 0x7fffffff;
}

/** Parts of `messages`, in order, each small enough for one request: the limit is a partition's, so a topic's at most. */
export function* byBrokerLimits(messages: readonly BusMessage[]): Generator<BusMessage[]> {
  let chunk: BusMessage[] = [];
  let bytes = new Map<string, number>();
  for (const message of messages) {
    const size = sizeOf(message);
    const before = bytes.get(message.topic) ?? 0;
    const full = chunk.length >= PUBLISH_MAX_MESSAGES || before + size > PUBLISH_MAX_BYTES;
    if (full && chunk.length > 0) {
      yield chunk;
      chunk = [];
      bytes = new Map();
    }
    chunk.push(message);
    bytes.set(message.topic, (bytes.get(message.topic) ?? 0) + size);
  }
  if (chunk.length > 0) yield chunk;
}

/** Bytes of a message in a request, near enough; its headers are alike and short. */
function sizeOf({ key, value }: BusMessage): number {
  return Buffer.byteLength(value) + Buffer.byteLength(key) + RECORD_BYTES;
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
