/** The columns of the data set, as its header writes them. */
export const COLUMNS = [
  'InvoiceNo',
  'StockCode',
  'Description',
  'Quantity',
  'InvoiceDate',
  'UnitPrice',
  'CustomerID',
  'Country',
] as const;

type Column = (typeof COLUMNS)[number];

/** Where each column stands in a file. */
export type ColumnPositions = Readonly<Record<Column, number>>;

/** One line of an invoice. */
export interface RetailRow {
  readonly invoice: string;
  readonly code: string;
  readonly description: string;
  readonly quantity: number;
  /** Epoch milliseconds; the data's local times are taken as UTC. */
  readonly at: number;
  /** Thousandths of the currency unit: the data has prices below a cent. */
  readonly priceMilli: number;
  /** Undefined for a sale without a known customer. */
  readonly customer: string | undefined;
}

const QUANTITY = /^-?\d{1,9}$/;
const PRICE = /^(-?)(\d{1,9})(?:\.(\d+))?$/;
const ISO_TIME = /^(\d{4})-(\d{2})-(\d{2})[ T](\d{2}):(\d{2})(?::(\d{2}))?$/;
/** As spreadsheets export it: month first. */
const SLASH_TIME = /^(\d{1,2})\/(\d{1,2})\/(\d{4}) (\d{1,2}):(\d{2})$/;

/** Where the columns stand in the header. @returns the positions, or the columns that are missing */
export function positionsIn(header: readonly string[]): ColumnPositions | { missing: string[] } {
  const names = header.map((name) => name.trim().toLowerCase().replaceAll(' ', ''));
  const position = (column: Column): number => names.indexOf(column.toLowerCase());
  const missing = COLUMNS.filter((column) => position(column) < 0);
  if (missing.length > 0) {
    return { missing };
  }
  return {
    InvoiceNo: position('InvoiceNo'),
    StockCode: position('StockCode'),
    Description: position('Description'),
    Quantity: position('Quantity'),
    InvoiceDate: position('InvoiceDate'),
    UnitPrice: position('UnitPrice'),
    CustomerID: position('CustomerID'),
    Country: position('Country'),
  };
}

/** Reads one record. @returns the row, or what is wrong with it */
export function readRow(
  record: readonly string[],
  positions: ColumnPositions,
): RetailRow | { fault: string } {
  const cell = (column: Column): string => record[positions[column]]?.trim() ?? '';
  if (record.length <= Math.max(...Object.values(positions))) {
    return { fault: `has ${record.length} columns` };
  }
  const [invoice, code, quantity] = [cell('InvoiceNo'), cell('StockCode'), cell('Quantity')];
  const at = timeFrom(cell('InvoiceDate'));
  const priceMilli = milliFrom(cell('UnitPrice'));
  if (invoice === '') return { fault: 'has no InvoiceNo' };
  if (code === '') return { fault: 'has no StockCode' };
  if (!QUANTITY.test(quantity)) return { fault: `has the Quantity "${shortened(quantity)}"` };
  if (at === undefined) return { fault: `has the InvoiceDate "${shortened(cell('InvoiceDate'))}"` };
  if (priceMilli === undefined) return { fault: `has the UnitPrice "${shortened(cell('UnitPrice'))}"` };
  // Spreadsheets write the customer's number with a decimal.
  const customer = cell('CustomerID').replace(/\.0$/, '') || undefined;
  return {
    invoice,
    code,
    description: cell('Description'),
    quantity: Number(quantity),
    at,
    priceMilli,
    customer,
  };
}

/** A decimal text in thousandths, half a thousandth rounded away from zero; undefined when it is no price. */
function milliFrom(text: string): number | undefined {
  const [, sign, whole, decimals = ''] = PRICE.exec(text) ?? [];
  if (whole === undefined) {
    return undefined;
  }
  const digits = `${decimals}0000`;
  const roundUp = Number(digits.charAt(3)) >= 5 ? 1 : 0;
  const milli = Number(whole) * 1000 + Number(digits.slice(0, 3)) + roundUp;
  return sign === '-' ? -milli : milli;
}

function timeFrom(text: string): number | undefined {
  const iso = ISO_TIME.exec(text);
  if (iso !== null) {
    const [, year, month, day, hour, minute, second = '0'] = iso;
    return utc(year, month, day, hour, minute, second);
  }
  const [, month, day, year, hour, minute] = SLASH_TIME.exec(text) ?? [];
  return utc(year, month, day, hour, minute, '0');
}

/** Undefined for a moment that is not in the calendar, such as February 30. */
function utc(
  year: string | undefined,
  month: string | undefined,
  day: string | undefined,
  hour: string | undefined,
  minute: string | undefined,
  second: string,
): number | undefined {
  const parts = [Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second)] as const;
  const time = new Date(Date.UTC(Number(year), ...parts));
  const back = [
    time.getUTCMonth(),
    time.getUTCDate(),
    time.getUTCHours(),
    time.getUTCMinutes(),
    time.getUTCSeconds(),
  ];
  return parts.every((part, index) => part === back[index]) ? time.getTime() : undefined;
}

function shortened(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
