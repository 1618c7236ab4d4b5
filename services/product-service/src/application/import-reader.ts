import type { Readable } from 'node:stream';
import type { FieldFault } from '@vici/utils';
import type { ProductInput } from '../domain/product-draft.js';
import type { ImportFormat } from '../domain/product-import.js';

/** One product of a file, as far as it can be understood. */
export interface ImportRecord {
  /** From 1. */
  readonly line: number;
  readonly sku: string;
  /** Undefined where it has faults. */
  readonly input: ProductInput | undefined;
  readonly faults: readonly FieldFault[];
}

/** The rest of the file cannot be read. The message says why, in words for people. */
export class UnreadableFileError extends Error {
  override readonly name = 'UnreadableFileError';
}

/** Reads files of products, record by record, never all at once. */
export abstract class ImportReader {
  /** @throws UnreadableFileError */
  abstract read(format: ImportFormat, file: Readable): AsyncIterable<ImportRecord>;
}
