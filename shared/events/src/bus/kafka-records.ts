import type { RecordsBatch } from '@platformatic/kafka';
import type { ReceivedMessage } from './event-bus.js';

const CONTROL_BATCH = 0b10_0000;

/** A message with what is needed to commit it. */
export interface KafkaRecordRead {
  readonly message: ReceivedMessage;
  readonly offset: bigint;
  readonly leaderEpoch: number;
}

/** What a fetch brought for one partition, from `position` on; `next` is where to fetch after it. */
export function readRecords(
  topic: string,
  partition: number,
  position: bigint,
  batches: readonly RecordsBatch[],
): { readonly records: KafkaRecordRead[]; readonly next: bigint } {
  const records: KafkaRecordRead[] = [];
  let next = position;
  for (const batch of batches) {
    const behind = batch.firstOffset + BigInt(batch.lastOffsetDelta) + 1n;
    if (behind > next) next = behind;
    // Marks of somebody's transaction: they have offsets but are not messages.
    if ((batch.attributes & CONTROL_BATCH) !== 0) continue;
    for (const record of batch.records) {
      const offset = batch.firstOffset + BigInt(record.offsetDelta);
      // Kafka sends whole batches, also when the position is in the middle of one.
      if (offset < position) continue;
      records.push({
        offset,
        leaderEpoch: batch.partitionLeaderEpoch,
        message: {
          topic,
          partition,
          offset: String(offset),
          timestamp: Number(batch.firstTimestamp + record.timestampDelta),
          key: text(record.key),
          value: text(record.value),
          headers: Object.fromEntries(record.headers.map(([name, value]) => [text(name), text(value)])),
        },
      });
    }
  }
  return { records, next };
}

function text(bytes: Buffer | null): string {
  return bytes === null ? '' : bytes.toString('utf8');
}
