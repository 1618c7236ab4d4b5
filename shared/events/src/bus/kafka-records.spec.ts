import type { RecordsBatch } from '@platformatic/kafka';
import { describe, expect, it } from 'vitest';
import { readRecords } from './kafka-records.js';

function batch(firstOffset: bigint, values: readonly string[], attributes = 0): RecordsBatch {
  return {
    firstOffset,
    length: 0,
    partitionLeaderEpoch: 5,
    magic: 2,
    crc: 0,
    attributes,
    lastOffsetDelta: values.length - 1,
    firstTimestamp: 1_000n,
    maxTimestamp: 1_000n,
    producerId: -1n,
    producerEpoch: -1,
    firstSequence: -1,
    records: values.map((value, offsetDelta) => ({
      length: 0,
      attributes: 0,
      timestampDelta: BigInt(offsetDelta),
      offsetDelta,
      key: null,
      value: Buffer.from(value),
      headers: [[Buffer.from('name'), null]],
    })),
  };
}

describe('reading fetched records', () => {
  it('leaves out what lies before the position, because Kafka sends whole batches', () => {
    const { records, next } = readRecords('topic', 2, 11n, [batch(10n, ['a', 'b', 'c'])]);
    expect(next).toBe(13n);
    expect(records.map(({ message }) => message)).toEqual(
      ['b', 'c'].map((value, index) => ({
        topic: 'topic',
        partition: 2,
        offset: String(11 + index),
        timestamp: 1_001 + index,
        key: '',
        value,
        headers: { name: '' },
      })),
    );
    expect(records.map(({ offset, leaderEpoch }) => [offset, leaderEpoch])).toEqual([
      [11n, 5],
      [12n, 5],
    ]);
  });

  it('goes past the marks of a transaction without taking them for messages', () => {
    const { records, next } = readRecords('topic', 0, 0n, [
      batch(0n, ['a']),
      batch(1n, ['commit mark'], 0b10_0000),
    ]);
    expect(records.map(({ message }) => message.value)).toEqual(['a']);
    expect(next).toBe(2n);
  });

  it('stays where it is when nothing came', () => {
    expect(readRecords('topic', 0, 7n, [])).toEqual({ records: [], next: 7n });
  });
});
