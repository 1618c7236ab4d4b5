import { pipeline, Readable } from 'node:stream';
import type { RequestContext } from '@vici/utils';
import { stringify } from 'csv-stringify';
import { inContext } from './in-context.js';

/** What stands in a cell; nothing for undefined. */
export type Cell = string | number | boolean | undefined;

/** One column of an export: its title and what stands in it. */
export interface CsvColumn<Row> {
  readonly header: string;
  value(row: Row): Cell;
}

/** A list to be saved as a file, without end in sight: rows are read as the client takes them. */
export class CsvExport {
  readonly contentType = 'text/csv';

  private constructor(
    readonly fileName: string,
    private readonly titles: readonly string[],
    private readonly cells: () => AsyncGenerator<Cell[]>,
  ) {}

  /** @param fileName the browser saves it under, e.g. `orders.csv` */
  static of<Row>(fileName: string, columns: readonly CsvColumn<Row>[], rows: AsyncIterable<Row>): CsvExport {
    const titles = columns.map(({ header }) => header);
    return new CsvExport(fileName, titles, async function* cells() {
      for await (const row of rows) {
        yield columns.map((column) => column.value(row));
      }
    });
  }

  /**
   * The CSV text (RFC 4180, UTF-8 with a byte order mark, CRLF). Cells that a spreadsheet would run as a formula are
   * quoted as text. A failure of the rows breaks the download off: half an export must not look whole.
   */
  body(context: RequestContext, onError: (error: unknown) => void): Readable {
    const lines = stringify({
      header: true,
      columns: [...this.titles],
      bom: true,
      escape_formulas: true,
      record_delimiter: 'windows',
      cast: { boolean: (value) => String(value) },
    });
    return pipeline(Readable.from(inContext(context, this.cells()), { objectMode: true }), lines, (error) => {
      if (error !== null && error !== undefined && error.code !== 'ERR_STREAM_PREMATURE_CLOSE') {
        onError(error);
      }
    });
  }
}

/** A page of a list and where the next one begins, if there is one. */
export interface ExportPage<Row> {
  readonly rows: readonly Row[];
  readonly nextCursor: string | undefined;
}

/** The rows of a list, page after page by cursor, from the first: what comes and goes meanwhile repeats and hides none. */
export async function* rowsOfPages<Row>(
  read: (cursor: string | undefined) => Promise<ExportPage<Row>>,
): AsyncGenerator<Row, void> {
  let cursor: string | undefined;
  do {
    const { rows, nextCursor } = await read(cursor);
    yield* rows;
    cursor = nextCursor;
  } while (cursor !== undefined);
}
