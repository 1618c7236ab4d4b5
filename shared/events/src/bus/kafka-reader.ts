import { type Admin, type BaseOptions, Consumer } from '@platformatic/kafka';
import type { ReceivedMessage } from './event-bus.js';
import { boundaryOffsets } from './kafka-offsets.js';
import { readRecords } from './kafka-records.js';

const FETCH_WAIT_MS = 1_000;
const PARTITION_MAX_BYTES = 1_048_576;

/** Visits what a topic holds now, partition after partition, without joining a group. */
export async function readTopic(
  client: BaseOptions,
  admin: Admin,
  topic: string,
  visit: (message: ReceivedMessage) => Promise<void> | void,
): Promise<number> {
  const ends = (await boundaryOffsets(admin, [topic], 'end')).get(topic) ?? [];
  const oldest = (await boundaryOffsets(admin, [topic], 'oldest')).get(topic) ?? [];
  const consumer = new Consumer({ ...client, groupId: `${client.clientId}-reader` });
  let visited = 0;
  try {
    consumer.topics.track(topic);
    for (const [partition, end] of ends.entries()) {
      const from = oldest[partition] ?? 0n;
      for await (const message of readPartition(consumer, topic, partition, from, end)) {
        await visit(message);
        visited += 1;
      }
    }
  } finally {
    await consumer.close(true);
  }
  return visited;
}

async function* readPartition(
  consumer: Consumer,
  topic: string,
  partition: number,
  from: bigint,
  end: bigint,
): AsyncGenerator<ReceivedMessage> {
  let position = from;
  while (position < end) {
    const metadata = await consumer.metadata({ topics: [topic] });
    const found = metadata.topics.get(topic);
    const leader = found?.partitions[partition]?.leader;
    if (found === undefined || leader === undefined) throw new Error(`${topic} has disappeared`);
    const request = {
      partition,
      fetchOffset: position,
      partitionMaxBytes: PARTITION_MAX_BYTES,
      currentLeaderEpoch: -1,
      lastFetchedEpoch: -1,
    };
    const topics = [{ topicId: found.id, partitions: [request] }];
    const response = await consumer.fetch({ node: leader, topics, maxWaitTime: FETCH_WAIT_MS });
    const batches = response.responses[0]?.partitions[0]?.records ?? [];
    const { records, next } = readRecords(topic, partition, position, batches);
    // Nothing behind the position although the end is not reached: compaction took the rest.
    if (next === position) return;
    position = next;
    for (const { message, offset } of records) {
      if (offset < end) yield message;
    }
  }
}
