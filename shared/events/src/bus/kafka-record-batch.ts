import { crc32c } from '@platformatic/kafka';
import type { BusMessage } from './event-bus.js';

/** Who writes a batch of records, and as which of its messages to that partition it begins. */
export interface BatchWriter {
  readonly producerId: bigint;
  readonly producerEpoch: number;
  /** Of the first record: the broker recognises by it what it has already. */
  readonly firstSequence: number;
  /** Of all records, milliseconds since the epoch. */
  readonly timestamp: number;
}

type Record = Pick<BusMessage, 'key' | 'value' | 'headers'>;

interface Sized {
  readonly key: Buffer;
  readonly value: string;
  readonly valueBytes: number;
  readonly headers: Buffer;
  /** Bytes behind the length of the record. */
  readonly bodyBytes: number;
}

const HEAD_BYTES = 61;
/** Where what the length counts begins, and what the checksum covers. */
const AFTER_LENGTH = 12;
const AFTER_CHECKSUM = 21;
const MAGIC = 2;
const TRANSACTIONAL = 0b1_0000;
/** Attributes and the distance of the timestamp from the first one: both 0. */
const FIXED_BYTES = 2;

/**
 * Records of one partition as Kafka keeps them: a record batch of version 2, uncompressed, part of a transaction
 * (https://kafka.apache.org/documentation/#recordbatch). Written into one buffer: the client library makes some fifty
 * little ones for each record, which costs more than everything else that happens to a behaviour event.
 */
export function encodeRecordBatch(records: readonly Record[], writer: BatchWriter): Buffer {
  const sized = sizesOf(records);
  const bytes = sized.reduce((sum, { bodyBytes }) => sum + varintBytes(bodyBytes) + bodyBytes, HEAD_BYTES);
  const batch = Buffer.allocUnsafe(bytes);
  let at = HEAD_BYTES;
  for (let index = 0; index < sized.length; index += 1) {
    const record = sized[index];
    if (record !== undefined) at = writeRecord(batch, at, record, index);
  }
  writeHead(batch, records.length, writer);
  return batch;
}

function writeHead(batch: Buffer, count: number, writer: BatchWriter): void {
  // The broker gives the offset; the epoch of the leader is its own, too.
  batch.writeBigInt64BE(0n, 0);
  batch.writeInt32BE(batch.length - AFTER_LENGTH, 8);
  batch.writeInt32BE(-1, AFTER_LENGTH);
  batch.writeInt8(MAGIC, 16);
  batch.writeInt16BE(TRANSACTIONAL, AFTER_CHECKSUM);
  batch.writeInt32BE(count - 1, 23);
  batch.writeBigInt64BE(BigInt(writer.timestamp), 27);
  batch.writeBigInt64BE(BigInt(writer.timestamp), 35);
  batch.writeBigInt64BE(writer.producerId, 43);
  batch.writeInt16BE(writer.producerEpoch, 51);
  batch.writeInt32BE(writer.firstSequence, 53);
  batch.writeInt32BE(count, 57);
  batch.writeUInt32BE(crc32c(batch.subarray(AFTER_CHECKSUM)), 17);
}

/** Neighbours are often of one shopper, and headers of one object: each is made once for as long as it stays the same. */
function sizesOf(records: readonly Record[]): Sized[] {
  let key: { readonly text: string; readonly bytes: Buffer } | undefined;
  const encoded = new Map<Record['headers'], Buffer>();
  return records.map((record, index) => {
    if (record.key !== key?.text) key = { text: record.key, bytes: Buffer.from(record.key) };
    let headers = encoded.get(record.headers);
    if (headers === undefined) {
      headers = encodeHeaders(record.headers);
      encoded.set(record.headers, headers);
    }
    const valueBytes = Buffer.byteLength(record.value);
    const bodyBytes =
      FIXED_BYTES +
      varintBytes(index) +
      varintBytes(key.bytes.length) +
      key.bytes.length +
      varintBytes(valueBytes) +
      valueBytes +
      headers.length;
    return { key: key.bytes, value: record.value, valueBytes, headers, bodyBytes };
  });
}

function writeRecord(batch: Buffer, start: number, record: Sized, index: number): number {
  let at = writeVarint(batch, start, record.bodyBytes);
  batch[at] = 0;
  batch[at + 1] = 0;
  at = writeVarint(batch, at + FIXED_BYTES, index);
  at = writeVarint(batch, at, record.key.length);
  batch.set(record.key, at);
  at = writeVarint(batch, at + record.key.length, record.valueBytes);
  // As many bytes as characters: all of them are ASCII, which is written twice as fast as such.
  const isAscii = record.valueBytes === record.value.length;
  batch.write(record.value, at, record.valueBytes, isAscii ? 'latin1' : 'utf8');
  at += record.valueBytes;
  batch.set(record.headers, at);
  return at + record.headers.length;
}

function encodeHeaders(headers: Record['headers']): Buffer {
  const entries = Object.entries(headers);
  const parts = [varint(entries.length)];
  for (const text of entries.flat()) {
    const bytes = Buffer.from(text);
    parts.push(varint(bytes.length), bytes);
  }
  return Buffer.concat(parts);
}

function varint(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(varintBytes(value));
  writeVarint(bytes, 0, value);
  return bytes;
}

/** Numbers with a sign, of which there are none below 0 here: twice the number, seven bits a byte. */
function writeVarint(into: Buffer, start: number, value: number): number {
  let at = start;
  let rest = value * 2;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) {
    into[at] = (rest % 0x80) | 0x80;
    at += 1;
  }
  into[at] = rest;
  return at + 1;
}

function varintBytes(value: number): number {
  let bytes = 1;
  for (let rest = value * 2; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes += 1;
  return bytes;
}
