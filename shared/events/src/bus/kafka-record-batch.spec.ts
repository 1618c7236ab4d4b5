import { Reader, readRecordsBatch } from '@platformatic/kafka';
import { describe, expect, it } from 'vitest';
import { encodeRecordBatch } from './kafka-record-batch.js';

const writer = { producerId: 4_711n, producerEpoch: 3, firstSequence: 900, timestamp: 1_793_000_000_123 };
const shared = { 'ce-type': 'page_view', traceparent: '00-ab-cd-01' };
const records = [
  { key: 'shopper-1', value: '{"a":1}', headers: shared },
  { key: 'shopper-1', value: '', headers: shared },
  { key: 'khách', value: '{"query":"áo dài 👘"}', headers: {} },
  { key: '', value: 'x'.repeat(20_000), headers: { 'ce-type': 'ế' } },
  ...Array.from({ length: 200 }, (_, index) => ({ key: 'many', value: `v${index}`, headers: shared })),
];

describe('a record batch', () => {
  it('is read by the client library as what was put in, to the last byte', () => {
    const bytes = encodeRecordBatch(records, writer);
    const reader = Reader.from(bytes);
    const { records: read, crc, ...head } = readRecordsBatch(reader);
    expect(reader.remaining).toBe(0);
    expect(head).toEqual({
      firstOffset: 0n,
      length: bytes.length - 12,
      partitionLeaderEpoch: -1,
      magic: 2,
      attributes: 0b1_0000,
      lastOffsetDelta: records.length - 1,
      firstTimestamp: 1_793_000_000_123n,
      maxTimestamp: 1_793_000_000_123n,
      producerId: 4_711n,
      producerEpoch: 3,
      firstSequence: 900,
    });
    expect(crc).toBe(expectedChecksum(bytes.subarray(21)));
    expect(
      read.map(({ offsetDelta, timestampDelta, key, value, headers }) => ({
        offsetDelta,
        timestampDelta,
        key: String(key),
        value: String(value),
        headers: Object.fromEntries(headers.map(([name, text]) => [String(name), String(text)])),
      })),
    ).toEqual(records.map((record, index) => ({ ...record, offsetDelta: index, timestampDelta: 0n })));
  });
});

/** CRC-32C (Castagnoli), bit by bit. */
function expectedChecksum(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0x82f63b78 : 0);
  }
  return ~crc >>> 0;
}
