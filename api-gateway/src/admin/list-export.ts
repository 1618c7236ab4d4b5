import { type Cell, type CsvColumn, CsvExport, rowsOfPages } from '../streaming/csv-export.js';

/** Entries read at once for an export. */
const AT_ONCE = 100;

interface ListPage<Row> {
  readonly data: readonly Row[];
  readonly pagination: { readonly nextCursor?: string | undefined };
}

/** What an export asks of its list. */
export interface ExportRequest {
  readonly limit: number;
  readonly cursor: string | undefined;
}

/** A paged list as a CSV file, from its first entry to its last. The list has to have cursors. */
export function exportOfPages<Row>(
  fileName: string,
  columns: readonly CsvColumn<Row>[],
  read: (page: ExportRequest) => Promise<ListPage<Row>>,
): CsvExport {
  const rows = rowsOfPages(async (cursor) => {
    const { data, pagination } = await read({ limit: AT_ONCE, cursor });
    return { rows: data, nextCursor: pagination.nextCursor };
  });
  return CsvExport.of(fileName, columns, rows);
}

/** Columns that show fields of a row under their own names. */
export function fieldColumns<Name extends string>(
  ...names: Name[]
): CsvColumn<{ readonly [N in Name]?: Cell }>[] {
  return names.map((name) => ({ header: name, value: (row) => row[name] }));
}
