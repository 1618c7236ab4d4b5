import { type Admin, ListOffsetTimestamps } from '@platformatic/kafka';
import { isKafkaError } from './kafka-client.js';

/** Offsets of a topic's partitions; the index is the partition. */
export type TopicOffsets = ReadonlyMap<string, readonly bigint[]>;

/** The end (where the next message will be) or the oldest offset of every partition. */
export async function boundaryOffsets(
  admin: Admin,
  topics: readonly string[],
  boundary: 'oldest' | 'end',
): Promise<TopicOffsets> {
  const timestamp = boundary === 'end' ? ListOffsetTimestamps.LATEST : ListOffsetTimestamps.EARLIEST;
  const metadata = await admin.metadata({ topics: [...topics], forceUpdate: true });
  const listed = await admin.listOffsets({
    topics: [...metadata.topics].map(([name, { partitionsCount }]) => ({
      name,
      partitions: Array.from({ length: partitionsCount }, (_, partitionIndex) => ({
        partitionIndex,
        timestamp,
      })),
    })),
  });
  return new Map(
    listed.map(({ name, partitions }) => [
      name,
      partitions
        .toSorted((left, right) => left.partitionIndex - right.partitionIndex)
        .map(({ offset }) => offset),
    ]),
  );
}

/** What the group has committed; -1 for a partition without a commit. */
async function committedOffsets(admin: Admin, group: string, ends: TopicOffsets): Promise<TopicOffsets> {
  const topics = [...ends].map(([name, partitions]) => ({
    name,
    partitionIndexes: [...partitions.keys()],
  }));
  const [found] = await admin.listConsumerGroupOffsets({ groups: [{ groupId: group, topics }] });
  return new Map(
    [...ends].map(([name, partitions]) => {
      const committed = found?.topics.find((topic) => topic.name === name)?.partitions ?? [];
      return [
        name,
        partitions.map(
          (_, index) =>
            committed.find(({ partitionIndex }) => partitionIndex === index)?.committedOffset ?? -1n,
        ),
      ];
    }),
  );
}

/** Messages per topic behind what the group has committed. */
export async function groupLag(
  admin: Admin,
  group: string,
  topics: readonly string[],
): Promise<Record<string, number>> {
  const ends = await boundaryOffsets(admin, topics, 'end');
  const oldest = await boundaryOffsets(admin, topics, 'oldest');
  const committed = await committedOffsets(admin, group, ends);
  return Object.fromEntries(
    topics.map((topic) => {
      const behind = (ends.get(topic) ?? []).map((end, partition) => {
        const first = oldest.get(topic)?.[partition] ?? 0n;
        const done = committed.get(topic)?.[partition] ?? -1n;
        return Number(end - (done > first ? done : first));
      });
      return [topic, behind.reduce((sum, count) => sum + count, 0)];
    }),
  );
}

/**
 * Fixes where a group that is new to its topics begins: without a commit, 'latest' would move on
 * with every restart and miss what came in between. Does nothing for partitions that have one.
 */
export async function startAtEnd(admin: Admin, group: string, topics: readonly string[]): Promise<void> {
  const ends = await boundaryOffsets(admin, topics, 'end');
  const committed = await committedOffsets(admin, group, ends);
  const missing = [...ends].flatMap(([name, partitions]) => {
    const partitionOffsets = partitions
      .map((offset, partition) => ({ partition, offset }))
      .filter(({ partition }) => (committed.get(name)?.[partition] ?? -1n) < 0n);
    return partitionOffsets.length === 0 ? [] : [{ name, partitionOffsets }];
  });
  if (missing.length === 0) return;
  try {
    await admin.alterConsumerGroupOffsets({ groupId: group, topics: missing });
  } catch (error) {
    // The group has members already, and the first of them has done this.
    if (!isKafkaError(error, 'UNKNOWN_MEMBER_ID')) throw error;
  }
}
