import { extname } from 'node:path';
import { ImportFormat } from '@vici/proto-gen/product';

/** The file cannot be taken in, or written; the message says why. */
export class ImportFileError extends Error {
  override readonly name = 'ImportFileError';
}

/** By the name of the file. @throws ImportFileError */
export function productFormatOf(file: string): ImportFormat {
  switch (extname(file).toLowerCase()) {
    case '.csv':
      return ImportFormat.CSV;
    case '.jsonl':
    case '.ndjson':
      return ImportFormat.JSONL;
    default:
      throw new ImportFileError(`The name of ${file} has to end in .csv, .jsonl or .ndjson.`);
  }
}
