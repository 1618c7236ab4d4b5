import { type Cell, type CsvColumn, CsvExport, rowsOfPages } from '../streaming/csv-export.js';

/** Entries read at once for an export. */
const AT_ONCE = 100;

interface ListPage<Row> {
  readonly data: readonly Row[];
  readonly pagination: { readonly totalPages: number };
}

/** A paged list as a CSV file, from its first entry to its last. */
export function exportOfPages<Row>(
  fileName: string,
  columns: readonly CsvColumn<Row>[],
  read: (page: { readonly page: number; readonly limit: number }) => Promise<ListPage<Row>>,
): CsvExport {
  const rows = rowsOfPages(async (page) => {
    const { data, pagination } = await read({ page, limit: AT_ONCE });
    return { rows: data, totalPages: pagination.totalPages };
  });
  return CsvExport.of(fileName, columns, rows);
}

/** A list that comes as a whole as a CSV file. */
export function exportOfList<Row>(
  fileName: string,
  columns: readonly CsvColumn<Row>[],
  read: () => Promise<readonly Row[]>,
): CsvExport {
  async function* rows() {
    yield* await read();
  }
  return CsvExport.of(fileName, columns, rows());
}

/** Columns that show fields of a row under their own names. */
export function fieldColumns<Name extends string>(
  ...names: Name[]
): CsvColumn<{ readonly [N in Name]?: Cell }>[] {
  return names.map((name) => ({ header: name, value: (row) => row[name] }));
}
