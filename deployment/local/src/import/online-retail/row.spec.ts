import { describe, expect, it } from 'vitest';
import { COLUMNS, positionsIn, type RetailRow, readRow } from './row.js';

const positions = positionsIn(COLUMNS);

function read(...cells: string[]): RetailRow | { fault: string } {
  if ('missing' in positions) throw new Error('the header is complete');
  return readRow(cells, positions);
}

const GOOD = [
  '536365',
  '85123A',
  ' WHITE HEART ',
  '6',
  '2010-12-01 08:26:00',
  '2.55',
  '17850.0',
  'United Kingdom',
];

function withCell(index: number, text: string): RetailRow | { fault: string } {
  return read(...GOOD.with(index, text));
}

describe('a row', () => {
  it('is read with its price in thousandths and its customer without the spreadsheet decimal', () => {
    expect(read(...GOOD)).toEqual({
      invoice: '536365',
      code: '85123A',
      description: 'WHITE HEART',
      quantity: 6,
      at: Date.UTC(2010, 11, 1, 8, 26),
      priceMilli: 2550,
      customer: '17850',
    });
  });

  it.each([
    ['0.001', 1],
    ['-11062.06', -11_062_060],
    ['7', 7000],
    ['1.9995', 2000],
  ])('understands the price %s', (text, milli) => {
    expect(withCell(5, text)).toMatchObject({ priceMilli: milli });
  });

  it('understands dates as spreadsheets write them', () => {
    expect(withCell(4, '12/1/2010 8:26')).toMatchObject({ at: Date.UTC(2010, 11, 1, 8, 26) });
  });

  it('may have no customer and no description', () => {
    expect(withCell(6, '')).toMatchObject({ customer: undefined });
    expect(withCell(2, '')).toMatchObject({ description: '' });
  });

  it.each([
    [0, '', 'has no InvoiceNo'],
    [1, ' ', 'has no StockCode'],
    [3, '1.5', 'has the Quantity "1.5"'],
    [3, '', 'has the Quantity ""'],
    [4, '2010-02-30 08:26:00', 'has the InvoiceDate "2010-02-30 08:26:00"'],
    [4, 'yesterday', 'has the InvoiceDate "yesterday"'],
    [5, 'free', 'has the UnitPrice "free"'],
    [5, '1e5', 'has the UnitPrice "1e5"'],
  ])('with column %i as %j says what is wrong', (index, text, fault) => {
    expect(withCell(index, text)).toEqual({ fault });
  });

  it('with too few columns says how many', () => {
    expect(read('536365', '85123A')).toEqual({ fault: 'has 2 columns' });
  });
});

describe('the header', () => {
  it('may have another order, letter case and spaces', () => {
    expect(positionsIn(['Country', 'customer id', ...COLUMNS.slice(0, 6)])).toMatchObject({
      Country: 0,
      CustomerID: 1,
      InvoiceNo: 2,
    });
  });

  it('names what it lacks', () => {
    expect(positionsIn(['InvoiceNo', 'Price'])).toEqual({ missing: COLUMNS.slice(1) });
  });
});
