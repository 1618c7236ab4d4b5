import type { Admin } from '@platformatic/kafka';
import type { TopicSpec } from './event-bus.js';
import { isKafkaError } from './kafka-client.js';

const DEFAULT_RETENTION_MS = 7 * 24 * 60 * 60 * 1_000;
const VISIBLE_WITHIN_MS = 10_000;
const BROKER_DEFAULT_REPLICATION = -1;

/** Makes the topics that are not there yet: one request for all that are kept equally long. */
export async function ensureTopics(admin: Admin, topics: readonly TopicSpec[]): Promise<void> {
  const there = new Set(await admin.listTopics());
  const missing = topics.filter(({ name }) => !there.has(name));
  const byRetention = Map.groupBy(missing, ({ retentionMs = DEFAULT_RETENTION_MS }) => retentionMs);
  for (const [retentionMs, alike] of byRetention) await createTopics(admin, alike, retentionMs);
  await visible(
    admin,
    topics.map(({ name }) => name),
  );
}

async function createTopics(admin: Admin, topics: readonly TopicSpec[], retentionMs: number): Promise<void> {
  try {
    await admin.createTopics({
      topics: topics.map(({ name, partitions }) => ({
        topic: name,
        partitions,
        replicas: BROKER_DEFAULT_REPLICATION,
      })),
      configs: [{ name: 'retention.ms', value: String(retentionMs) }],
    });
  } catch (error) {
    if (!isKafkaError(error, 'TOPIC_ALREADY_EXISTS')) throw error;
    // Another process made some of them in the meantime; one by one the rest is told from those.
    if (topics.length > 1) for (const topic of topics) await createTopics(admin, [topic], retentionMs);
  }
}

/** The controller makes a topic; the brokers learn of it a moment later. */
async function visible(admin: Admin, topics: readonly string[]): Promise<void> {
  const deadline = performance.now() + VISIBLE_WITHIN_MS;
  for (;;) {
    try {
      await admin.metadata({ topics: [...topics], forceUpdate: true });
      return;
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
