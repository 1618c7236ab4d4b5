import { redisScript, runScript } from '@vici/utils';
import type { Redis } from 'ioredis';
import type {
  BusMessage,
  BusSubscription,
  EventBus,
  EventBusDependencies,
  ReceivedMessage,
  SubscriptionOptions,
  TopicSpec,
} from './event-bus.js';
import { connectToRedis } from './redis-connection.js';
import { RedisStreamConsumer } from './redis-stream-consumer.js';
import { decodeEntry, encodeEntry } from './redis-stream-entry.js';
import { streamLag } from './redis-stream-groups.js';
import { streamKey } from './redis-stream-keys.js';
import { trimStream } from './redis-stream-trimmer.js';
import { BLOCK_MS, OwnStreamWatch, SharedStreamWatch, type StreamWatch } from './redis-stream-watch.js';

const DEFAULT_RETENTION_MS = 7 * 24 * 60 * 60 * 1_000;
const TRIM_EVERY_MS = 10 * 60 * 1_000;
// Keeps one script call in the order of a millisecond, so that others are not held up.
const PUBLISH_CHUNK = 500;
const READ_PAGE = 500;

const publishScript = redisScript(`
for index = 1, #ARGV, 3 do
  redis.call('XADD', KEYS[1], '*', 'k', ARGV[index], 'v', ARGV[index + 1], 'h', ARGV[index + 2])
end
return #ARGV / 3`);

/**
 * The event bus on Redis Streams: a topic is one stream (one partition), a group is a consumer
 * group of it, consumed by one member at a time under a lease. A member that stops is replaced
 * within 0.2 s, one that dies within 4 s.
 *
 * A published message is as durable as Redis' append-only file: with `appendfsync always` it is on
 * disk when `publish` resolves, with the usual `everysec` a power failure may take the last second.
 */
export class RedisStreamsEventBus implements EventBus {
  readonly #commands: Redis;
  readonly #retentionByTopic = new Map<string, number>();
  readonly #consumers = new Set<RedisStreamConsumer>();
  readonly #trimming: NodeJS.Timeout;

  constructor(
    private readonly url: string,
    private readonly dependencies: EventBusDependencies,
  ) {
    const { clientName, logger } = dependencies;
    this.#commands = connectToRedis(url, clientName, logger);
    this.#trimming = setInterval(() => void this.#trimQuietly(), TRIM_EVERY_MS);
    this.#trimming.unref();
  }

  /** Notes the retention; the stream itself appears with its first message or group. */
  async ensureTopics(topics: readonly TopicSpec[]): Promise<void> {
    for (const { name, retentionMs = DEFAULT_RETENTION_MS } of topics) {
      this.#retentionByTopic.set(name, retentionMs);
    }
  }

  async publish(messages: readonly BusMessage[]): Promise<void> {
    const byTopic = Map.groupBy(messages, ({ topic }) => topic);
    const outcomes = await Promise.allSettled(
      [...byTopic].map(([topic, ofTopic]) => this.#publishTo(topic, ofTopic)),
    );
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  /** One MULTI over the streams: on a cluster they would have to share a slot, and the bus is one server. */
  async publishTogether(messages: readonly BusMessage[]): Promise<void> {
    if (messages.length === 0) return;
    const transaction = this.#commands.multi();
    for (const message of messages) {
      this.#know(message.topic);
      const [key, value, headers] = encodeEntry(message);
      transaction.xadd(streamKey(message.topic), '*', 'k', key, 'v', value, 'h', headers);
    }
    const results = await transaction.exec();
    const failed = results?.find(([error]) => error !== null);
    if (results === null || failed !== undefined) {
      throw failed?.[0] ?? new Error('Redis did not run the transaction');
    }
  }

  async subscribe(subscription: SubscriptionOptions): Promise<BusSubscription> {
    const { group, quiet = false } = subscription;
    const together = quiet ? new SharedStreamWatch(this.#blocking(group)) : undefined;
    const consumers = [...new Set(subscription.topics)].map((topic) =>
      this.#consumer(
        topic,
        subscription,
        together ?? new OwnStreamWatch(this.#blocking(`${group}:${topic}`)),
      ),
    );
    await Promise.all(consumers.map((consumer) => consumer.start()));
    return {
      stop: async () => {
        await Promise.all(consumers.map((consumer) => this.#stop(consumer)));
      },
    };
  }

  async ping(): Promise<void> {
    await this.#commands.ping();
  }

  async close(): Promise<void> {
    clearInterval(this.#trimming);
    await Promise.all([...this.#consumers].map((consumer) => this.#stop(consumer)));
    this.#commands.disconnect();
  }

  async readAll(topic: string, visit: (message: ReceivedMessage) => Promise<void> | void): Promise<number> {
    const stream = streamKey(topic);
    const end = (await this.#commands.xrevrange(stream, '+', '-', 'COUNT', 1))[0]?.[0];
    if (end === undefined) return 0;
    let visited = 0;
    let from = '-';
    for (;;) {
      const page = await this.#commands.xrange(stream, from, end, 'COUNT', READ_PAGE);
      for (const [id, fields] of page) {
        await visit(decodeEntry(topic, id, fields));
        visited += 1;
      }
      const last = page.at(-1);
      if (last === undefined || page.length < READ_PAGE) return visited;
      from = `(${last[0]}`;
    }
  }

  async lag(group: string, topics: readonly string[]): Promise<Record<string, number>> {
    const counts = await Promise.all(
      topics.map(async (topic) => [topic, await streamLag(this.#commands, streamKey(topic), group)] as const),
    );
    return Object.fromEntries(counts);
  }

  /** Applies the retention to every topic this process knows. Runs by itself every ten minutes. */
  async trim(): Promise<void> {
    for (const [topic, retentionMs] of this.#retentionByTopic) {
      await trimStream(this.#commands, topic, retentionMs, this.dependencies.logger);
    }
  }

  async #publishTo(topic: string, messages: readonly BusMessage[]): Promise<void> {
    this.#know(topic);
    for (let start = 0; start < messages.length; start += PUBLISH_CHUNK) {
      const chunk = messages.slice(start, start + PUBLISH_CHUNK);
      await runScript(this.#commands, publishScript, [streamKey(topic)], chunk.flatMap(encodeEntry));
    }
  }

  #blocking(name: string): Redis {
    const { clientName, logger } = this.dependencies;
    return connectToRedis(this.url, `${clientName}:${name}`, logger, BLOCK_MS);
  }

  #consumer(topic: string, subscription: SubscriptionOptions, watch: StreamWatch): RedisStreamConsumer {
    this.#know(topic);
    const consumer = new RedisStreamConsumer(topic, subscription, {
      commands: this.#commands,
      watch,
      logger: this.dependencies.logger,
    });
    this.#consumers.add(consumer);
    return consumer;
  }

  #know(topic: string): void {
    if (!this.#retentionByTopic.has(topic)) {
      this.#retentionByTopic.set(topic, DEFAULT_RETENTION_MS);
    }
  }

  async #stop(consumer: RedisStreamConsumer): Promise<void> {
    await consumer.stop();
    this.#consumers.delete(consumer);
  }

  async #trimQuietly(): Promise<void> {
    try {
      await this.trim();
    } catch (error) {
      this.dependencies.logger.warn('Trimming the event bus failed; the next turn repeats it', {
        error,
      });
    }
  }
}
