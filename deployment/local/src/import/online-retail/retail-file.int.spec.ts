import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ImportFileError } from '../import-file.error.js';
import { reportOf } from './report.js';
import { RetailCollector, type RetailData } from './retail-data.js';
import { readRetailFile } from './retail-file.js';

const HEADER = 'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country';
const ROWS = [
  '1,85123A,WHITE HEART,6,2011-12-01 08:26:00,2.55,17850.0,United Kingdom',
  '1,71053,"LANTERN, METAL ""OLD""",2,2011-12-01 08:26:00,3.39,17850.0,United Kingdom',
  '2,85123a,WHITE HEART,1,2011-12-02 08:26:00,2.95,,France',
  '1,POST,POSTAGE,1,2011-12-01 08:26:00,18.00,17850.0,United Kingdom',
  'C3,71053,"LANTERN, METAL ""OLD""",-2,2011-12-03 08:26:00,3.39,17850.0,United Kingdom',
  '4,71053,,-3,2011-12-03 09:00:00,0.00,,United Kingdom',
  '5,99999,,1,2011-12-03 09:00:00,0.00,,United Kingdom',
  '6,71053,LANTERN,many,2011-12-03 09:00:00,1.00,,United Kingdom',
  '7,22222,TOY,1',
];

let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vici-import-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

async function fileOf(content: string | Buffer, name = 'data.csv'): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

async function read(path: string, limit?: number): Promise<RetailData> {
  const collector = new RetailCollector(() => undefined);
  await readRetailFile(path, limit, collector);
  return collector.finish();
}

describe('a file of the data set', () => {
  it('gives products, purchases and an account of every row', async () => {
    const data = await read(await fileOf(gzipSync([HEADER, ...ROWS, ''].join('\r\n')), 'data.csv.gz'));
    expect(data.counts).toEqual({
      rows: 9,
      malformed: 2,
      withoutDescription: 2,
      withoutCustomer: 3,
      zeroPrice: 2,
      negativePrice: 0,
      cancelled: 1,
      corrections: 1,
      sold: 3,
    });
    expect(data.malformed).toEqual([
      { line: 9, fault: 'has the Quantity "many"' },
      { line: 10, fault: 'has 4 columns' },
    ]);
    expect(data.products).toEqual([
      { code: '85123A', name: 'WHITE HEART', priceMinor: 275, stock: 37 },
      { code: '71053', name: 'LANTERN, METAL "OLD"', priceMinor: 339, stock: 32 },
    ]);
    expect(data.purchases.map(({ invoice, units }) => [invoice, [...units]])).toEqual([
      ['1', [['85123A', 6]]],
      ['2', [['85123A', 1]]],
    ]);
    expect(data.cancellations).toEqual({ lines: 1, matched: 1, unitsTakenOut: 2, unitsWithoutPurchase: 0 });
    expect([...data.otherCodes]).toEqual([['POST', 1]]);
    expect(data.codes).toEqual({ written: 5, different: 4 });
    expect(data.leftOut).toEqual({ unnamed: ['99999'], unsold: [], services: [] });
    const report = reportOf(data, undefined, 1.25);
    expect(report).toContain(
      'Dry run: nothing was changed.\n  line 9 has the Quantity "many"\n  line 10 has 4 columns',
    );
    expect(report).toMatch(/ {2}no product +1 {2}1 rows: POST 1/);
  });

  it('is read no further than the limit', async () => {
    const { counts, products } = await read(await fileOf([`\uFEFF${HEADER}`, ...ROWS].join('\n')), 2);
    expect([counts.rows, products.length]).toEqual([2, 2]);
  });

  it('with a quote that is never closed loses only what follows it', async () => {
    const broken = [HEADER, ROWS[0], '2,71053,"LANTERN,1,2011-12-01 08:26:00,1.00,,France', ROWS[1]].join(
      '\n',
    );
    const { counts, malformed } = await read(await fileOf(broken));
    expect([counts.sold, counts.malformed]).toEqual([1, 1]);
    expect(malformed[0]?.fault).toBe('is not valid CSV');
  });
});

describe('a file that is no such data', () => {
  it.each([
    [
      'a,b\n1,2\n',
      'data.csv',
      'This is not the Online Retail data: its first line lacks InvoiceNo, StockCode',
    ],
    ['', 'data.csv', 'is empty.'],
    ['InvoiceNo\n', 'data.csv.gz', 'data.csv.gz is not a gzip file.'],
    [gzipSync(`${HEADER}\n${ROWS.join('\n')}`).subarray(0, 60), 'data.csv.gz', 'is damaged or cut short.'],
  ])('%j as %s is refused in one sentence', async (content, name, sentence) => {
    const path = await fileOf(content, name);
    const refusal = await read(path).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(ImportFileError);
    expect(String(refusal)).toContain(sentence);
  });

  it('or is not there at all is named', async () => {
    const path = join(folder, 'nowhere.csv');
    await expect(read(path)).rejects.toThrow(`There is no file ${path}.`);
    await expect(read(folder)).rejects.toThrow('is not a file.');
  });
});
