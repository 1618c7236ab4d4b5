import type { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { CONFIG } from '@vici/utils';
import { CsvError, parse } from 'csv-parse';
import { z } from 'zod';
import { ImportReader, type ImportRecord, UnreadableFileError } from '../application/import-reader.js';
import type { ImportFormat } from '../domain/product-import.js';
import type { ProductConfig } from '../product.config.js';
import { linesOf } from './lines-of.js';
import { RECORD_FIELDS, readRecord, withoutEscape } from './product-record.js';

const MAX_RECORD_BYTES = 1024 * 1024;

const csvRecord = z.object({ record: z.array(z.string()), info: z.object({ lines: z.number() }) });
const jsonObject = z.record(z.string(), z.unknown());

/** Files of products in CSV (RFC 4180, with a header) and JSON Lines. */
@Injectable()
export class ProductFileReader extends ImportReader {
  constructor(@Inject(CONFIG) private readonly config: Pick<ProductConfig, 'SHOP_CURRENCY'>) {
    super();
  }

  read(format: ImportFormat, file: Readable): AsyncGenerator<ImportRecord, void> {
    return format === 'csv' ? this.csv(file) : this.jsonLines(file);
  }

  private async *csv(file: Readable): AsyncGenerator<ImportRecord, void> {
    const parser = file.pipe(
      parse({
        bom: true,
        info: true,
        skip_empty_lines: true,
        relax_column_count: true,
        max_record_size: MAX_RECORD_BYTES,
      }),
    );
    // A pipe does not hand on what breaks its source.
    file.once('error', (error) => parser.destroy(error));
    let titles: readonly string[] | undefined;
    let breaks = 0;
    try {
      for await (const entry of parser) {
        const { record, info } = csvRecord.parse(entry);
        // The parser counts a CRLF inside of a cell as two lines.
        breaks += record.reduce((sum, value) => sum + value.split('\r\n').length - 1, 0);
        if (titles === undefined) titles = checkedTitles(record);
        else yield this.row(titles, record, info.lines - breaks);
      }
    } catch (error) {
      if (error instanceof CsvError) throw new UnreadableFileError(error.message, { cause: error });
      throw error;
    }
    if (titles === undefined) throw new UnreadableFileError('The file has no header.');
  }

  private row(titles: readonly string[], cells: readonly string[], line: number): ImportRecord {
    const raw = Object.fromEntries(titles.map((title, index) => [title, withoutEscape(cells[index] ?? '')]));
    if (cells.length !== titles.length) {
      const message = `must have ${titles.length} columns like the header, not ${cells.length}`;
      return { line, sku: raw['sku'] ?? '', input: undefined, faults: [{ field: 'line', message }] };
    }
    return readRecord(line, raw, this.config.SHOP_CURRENCY);
  }

  private async *jsonLines(file: Readable): AsyncGenerator<ImportRecord, void> {
    let line = 0;
    for await (const text of linesOf(file, MAX_RECORD_BYTES)) {
      line += 1;
      if (text.trim() !== '') yield this.jsonLine(text, line);
    }
  }

  private jsonLine(text: string, line: number): ImportRecord {
    const fault = (message: string): ImportRecord => ({
      line,
      sku: '',
      input: undefined,
      faults: [{ field: 'line', message }],
    });
    if (text.length > MAX_RECORD_BYTES) return fault(`must have at most ${MAX_RECORD_BYTES} characters`);
    const parsed = jsonObject.safeParse(parsedOrUndefined(text));
    if (!parsed.success) return fault('must be a JSON object');
    const strange = Object.keys(parsed.data).filter((name) => !RECORD_FIELDS.has(name));
    const record = readRecord(line, parsed.data, this.config.SHOP_CURRENCY);
    if (strange.length === 0) return record;
    const faults = strange.map((field) => ({ field, message: 'is no field of a product' }));
    return { ...record, input: undefined, faults: [...record.faults, ...faults] };
  }
}

function parsedOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The caller says so of the line.
    return undefined;
  }
}

/** @throws UnreadableFileError for columns that mean nothing, stand twice or are missing */
function checkedTitles(titles: readonly string[]): readonly string[] {
  const trimmed = titles.map((title) => title.trim());
  const strange = trimmed.filter((title) => !RECORD_FIELDS.has(title));
  if (strange.length > 0)
    throw new UnreadableFileError(`The header has unknown columns: ${strange.join(', ')}.`);
  if (new Set(trimmed).size !== trimmed.length)
    throw new UnreadableFileError('The header has a column twice.');
  const missing = ['sku', 'name', 'price', 'category'].filter((title) => !trimmed.includes(title));
  if (missing.length > 0)
    throw new UnreadableFileError(`The header lacks the columns ${missing.join(', ')}.`);
  return trimmed;
}
