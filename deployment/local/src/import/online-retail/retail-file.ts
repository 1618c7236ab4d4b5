import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { CsvError, parse } from 'csv-parse';
import { ImportFileError } from '../import-file.error.js';
import { COLUMNS, type ColumnPositions, positionsIn, type RetailRow, readRow } from './row.js';

/** What a reader of the file is told. */
export interface RowVisitor {
  row(row: RetailRow): void;
  malformed(line: number, fault: string): void;
  /** Share of the file read, 0 to 1. */
  progress(share: number): void;
}

const GZIP_MAGIC = [0x1f, 0x8b] as const;
/** A quote that is never closed must not read the rest of the file into one cell. */
const LONGEST_RECORD = 64 * 1024;
const PROGRESS_EVERY = 5000;

/**
 * Reads a file of the "Online Retail" data set from its beginning, row by row, in bounded memory.
 * @throws ImportFileError when there is no such file, it cannot be unpacked, or its header is another one
 */
export async function readRetailFile(
  path: string,
  limit: number | undefined,
  visitor: RowVisitor,
): Promise<void> {
  const size = await sizeOf(path);
  const unpack = (await isGzip(path)) ? [createGunzip()] : [];
  const input = createReadStream(path, { highWaterMark: 256 * 1024 });
  const reader = new RecordReader(visitor, limit, () => input.bytesRead / size);
  try {
    // Every record is taken by the parser itself: nothing reaches the end of the pipeline.
    const end = new Writable({ objectMode: true, write: (_record, _encoding, done) => done() });
    await pipeline([input, ...unpack, reader.parser(), end], { signal: reader.hasEnough });
  } catch (error) {
    if (!reader.hasEnough.aborted) {
      throw asFileError(path, error);
    }
  }
  if (!reader.sawHeader) {
    throw new ImportFileError(`${path} is empty.`);
  }
}

class RecordReader {
  readonly #visitor: RowVisitor;
  readonly #limit: number;
  readonly #share: () => number;
  #positions: ColumnPositions | undefined;
  #rows = 0;
  readonly #enough = new AbortController();

  constructor(visitor: RowVisitor, limit: number | undefined, share: () => number) {
    this.#visitor = visitor;
    this.#share = share;
    this.#limit = limit ?? Number.POSITIVE_INFINITY;
  }

  get sawHeader(): boolean {
    return this.#positions !== undefined;
  }

  /** Aborted once the limit is reached: the rest of the file need not be read. */
  get hasEnough(): AbortSignal {
    return this.#enough.signal;
  }

  parser() {
    const parser = parse({
      bom: true,
      relax_column_count: true,
      skip_empty_lines: true,
      skip_records_with_error: true,
      max_record_size: LONGEST_RECORD,
      // Rows are taken here, with their line, rather than one by one through the stream: a third of the time.
      on_record: (record: string[], { lines }) => {
        this.#take(record, lines);
        return null;
      },
    });
    parser.on('skip', (error: CsvError) => {
      this.#visitor.malformed(Number(error['lines'] ?? 0), 'is not valid CSV');
    });
    return parser;
  }

  #take(record: string[], line: number): void {
    if (this.#positions === undefined) {
      this.#positions = headerOf(record);
      return;
    }
    if (this.#rows >= this.#limit) {
      this.#enough.abort();
      return;
    }
    this.#rows += 1;
    if (this.#rows % PROGRESS_EVERY === 0) {
      this.#visitor.progress(this.#share());
    }
    const row = readRow(record, this.#positions);
    if ('fault' in row) {
      this.#visitor.malformed(line, row.fault);
    } else {
      this.#visitor.row(row);
    }
  }
}

function headerOf(record: string[]): ColumnPositions {
  const positions = positionsIn(record);
  if ('missing' in positions) {
    throw new ImportFileError(
      `This is not the Online Retail data: its first line lacks ${positions.missing.join(', ')} (expected ${COLUMNS.join(',')}).`,
    );
  }
  return positions;
}

async function sizeOf(path: string): Promise<number> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) {
    throw new ImportFileError(`There is no file ${path}.`);
  }
  if (!found.isFile()) {
    throw new ImportFileError(`${path} is not a file.`);
  }
  return found.size;
}

async function isGzip(path: string): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    const { buffer } = await file.read(Buffer.alloc(GZIP_MAGIC.length), 0, GZIP_MAGIC.length, 0);
    const packed = GZIP_MAGIC.every((byte, index) => buffer[index] === byte);
    if (!packed && path.endsWith('.gz')) {
      throw new ImportFileError(`${path} is not a gzip file.`);
    }
    return packed;
  } finally {
    await file.close();
  }
}

function asFileError(path: string, error: unknown): unknown {
  if (error instanceof ImportFileError) {
    return error;
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code.startsWith('Z_')) {
    return new ImportFileError(`${path} cannot be unpacked: it is damaged or cut short.`, { cause: error });
  }
  if (code === 'EACCES') {
    return new ImportFileError(`${path} may not be read by this user.`, { cause: error });
  }
  if (error instanceof CsvError) {
    return new ImportFileError(`${path} is not CSV: ${error.message}.`, { cause: error });
  }
  return error;
}
