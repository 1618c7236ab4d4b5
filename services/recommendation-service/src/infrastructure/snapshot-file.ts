import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { createGzip, gunzip } from 'node:zlib';
import { z } from 'zod';
import { type IndexSnapshot, SnapshotFault } from '../application/snapshot-store.js';
import type { Column } from '../domain/columns.js';

/** Grows with every change of the columns or of this form. */
const VERSION = 1;
const MAGIC = Buffer.from(`VICIREC${VERSION}`);
const SUM_LENGTH = 32;
const SIZE_LENGTH = 4;
/** Speed counts more than size: a start waits for it. */
const GZIP_LEVEL = 1;
const PIECE = 64 * 1024;

const position = z.string().regex(/^\d+$/).transform(BigInt);
const header = z.object({
  logs: z.string(),
  settings: z.record(z.string(), z.number()),
  positions: z.object({ interactions: position, basketLines: position, erasures: position }),
  columns: z.array(
    z.object({ name: z.string(), kind: z.enum(['ints', 'floats', 'texts']), bytes: z.int().min(0) }),
  ),
});

/** Magic and version, SHA-256 of what follows, and gzipped: size of the header, header, columns. */
export async function encodeSnapshot(snapshot: IndexSnapshot): Promise<Buffer> {
  const gzip = createGzip({ level: GZIP_LEVEL });
  const body = await buffer(Readable.from(piecesOf(snapshot)).pipe(gzip));
  const sum = createHash('sha256').update(body).digest();
  return Buffer.concat([MAGIC, sum, body]);
}

/** @throws SnapshotFault */
export async function decodeSnapshot(file: Buffer): Promise<IndexSnapshot> {
  if (!file.subarray(0, MAGIC.length).equals(MAGIC)) throw new SnapshotFault('It is of another version.');
  const body = file.subarray(MAGIC.length + SUM_LENGTH);
  const sum = file.subarray(MAGIC.length, MAGIC.length + SUM_LENGTH);
  if (!createHash('sha256').update(body).digest().equals(sum)) throw new SnapshotFault('It is damaged.');
  const content = await promisify(gunzip)(body);
  const headerEnd = SIZE_LENGTH + content.readUInt32LE(0);
  const { columns, ...origin } = header.parse(JSON.parse(content.toString('utf8', SIZE_LENGTH, headerEnd)));
  let from = headerEnd;
  return {
    ...origin,
    columns: columns.map(({ name, kind, bytes }): Column => {
      const column = { name, kind, bytes: content.subarray(from, from + bytes) };
      from += bytes;
      return column;
    }),
  };
}

function* piecesOf({ logs, settings, positions, columns }: IndexSnapshot): Generator<Buffer> {
  const about = {
    logs,
    settings,
    positions: {
      interactions: String(positions.interactions),
      basketLines: String(positions.basketLines),
      erasures: String(positions.erasures),
    },
    columns: columns.map(({ name, kind, bytes }) => ({ name, kind, bytes: bytes.length })),
  };
  const encoded = Buffer.from(JSON.stringify(about));
  const size = Buffer.alloc(SIZE_LENGTH);
  size.writeUInt32LE(encoded.length);
  yield size;
  yield encoded;
  for (const { bytes } of columns) {
    for (let from = 0; from < bytes.length; from += PIECE)
      yield Buffer.from(bytes.subarray(from, from + PIECE));
  }
}
