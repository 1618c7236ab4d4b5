import { reportEntry as entry } from '../report-entry.js';
import { CURRENCY } from './products.js';
import type { RetailData } from './retail-data.js';

/** What an import did to the shop. */
export interface ImportOutcome {
  readonly productsChanged: number;
  readonly basketsImported: number;
  readonly basketsKnown: number;
}

const CODES_SHOWN = 12;

/**
 * The report of an import, for a terminal.
 * @param outcome undefined for a dry run
 */
export function reportOf(data: RetailData, outcome: ImportOutcome | undefined, seconds: number): string {
  const lines = [
    ...rowLines(data),
    '',
    ...codeLines(data),
    '',
    ...purchaseLines(data),
    '',
    ...outcomeLines(outcome),
    ...data.malformed.map(({ line, fault }) => `  line ${line} ${fault}`),
    `Prices: the median of each article's sale prices; the data's pounds are taken as ${CURRENCY}, number for number.`,
    `${outcome === undefined ? 'Read' : 'Imported'} in ${seconds.toFixed(1)} s.`,
  ];
  return lines.join('\n');
}

function rowLines({ counts }: RetailData): string[] {
  return [
    entry('Rows', counts.rows),
    entry('  sold', counts.sold),
    entry('  cancelled', counts.cancelled),
    entry('  stock corrections', counts.corrections),
    entry('  price zero', counts.zeroPrice),
    entry('  price negative', counts.negativePrice),
    entry('  without description', counts.withoutDescription),
    entry('  without customer', counts.withoutCustomer),
    entry('  malformed', counts.malformed),
  ];
}

function codeLines({ codes, products, otherCodes, leftOut }: RetailData): string[] {
  const others = [...otherCodes].sort(([, left], [, right]) => right - left);
  const rowsOfOthers = others.reduce((sum, [, rows]) => sum + rows, 0);
  const named = others.slice(0, CODES_SHOWN).map(([code, rows]) => `${code} ${rows}`);
  const more = others.length > CODES_SHOWN ? ` and ${others.length - CODES_SHOWN} more` : '';
  return [
    entry('Stock codes', codes.written),
    entry('  the same article in other letter case', codes.written - codes.different),
    entry('  no product', otherCodes.size, `${rowsOfOthers} rows: ${named.join(', ')}${more}`),
    entry('  no product by its name', leftOut.services.length, leftOut.services.join(', ')),
    entry('  never named', leftOut.unnamed.length),
    entry('  never sold at a price', leftOut.unsold.length),
    entry('  products', products.length),
  ];
}

function purchaseLines({ invoices, customers, purchases, cancellations }: RetailData): string[] {
  return [
    entry('Invoices', invoices),
    entry('Customers', customers),
    entry('Baskets (invoices with products left in them)', purchases.length),
    entry('Cancelled product lines', cancellations.lines),
    entry(
      '  found in earlier purchases',
      cancellations.matched,
      `${cancellations.unitsTakenOut} units taken out`,
    ),
    entry(
      '  without purchase, wholly or in part',
      cancellations.lines - cancellations.matched,
      `${cancellations.unitsWithoutPurchase} units`,
    ),
  ];
}

function outcomeLines(outcome: ImportOutcome | undefined): string[] {
  if (outcome === undefined) {
    return ['Dry run: nothing was changed.'];
  }
  return [
    entry('Products new or changed', outcome.productsChanged),
    entry('Baskets new', outcome.basketsImported),
    entry('Baskets known before', outcome.basketsKnown),
  ];
}
