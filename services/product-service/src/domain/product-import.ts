import { DomainError, invalidField } from '@vici/utils/domain';

/** How a file of products is written. */
export type ImportFormat = 'csv' | 'jsonl';

export type ImportStatus = 'AWAITING' | 'RUNNING' | 'DONE' | 'FAILED' | 'CANCELLED';

/** What became of the records of a file. */
export interface ImportCounts {
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  /** Left out: their faults say why. */
  readonly rejected: number;
}

/** A file of products and how far it is. */
export interface ProductImport extends ImportCounts {
  readonly id: string;
  readonly format: ImportFormat;
  readonly status: ImportStatus;
  /** Reads and checks, and writes nothing. */
  readonly dryRun: boolean;
  /** Records read so far. */
  readonly processed: number;
  readonly failure: string | undefined;
  readonly createdAt: Date;
  readonly startedAt: Date | undefined;
  readonly finishedAt: Date | undefined;
}

/** One thing that is wrong with one line. */
export interface ImportFault {
  /** From 1. */
  readonly line: number;
  readonly sku: string;
  readonly field: string;
  readonly message: string;
}

const MAX_BYTES = 1024 ** 3;

export const IMPORT_CONTENT_TYPES: Readonly<Record<ImportFormat, string>> = {
  csv: 'text/csv',
  jsonl: 'application/x-ndjson',
};

/** @throws DomainError VALIDATION_FAILED, PAYLOAD_TOO_LARGE */
export function checkImportSize(size: number): void {
  if (!Number.isInteger(size) || size < 1) throw invalidField('size', 'must be the bytes of the file');
  if (size > MAX_BYTES)
    throw new DomainError('PAYLOAD_TOO_LARGE', 'The file is too large.', { maxBytes: MAX_BYTES });
}

/** Where the file of an import waits, in the bucket nobody is served from. */
export function importKey(id: string): string {
  return `imports/${id}`;
}
