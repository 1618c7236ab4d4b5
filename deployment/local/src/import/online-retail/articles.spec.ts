import { describe, expect, it } from 'vitest';
import { Article } from './articles.js';
import { looksLikeName, nameFrom } from './description.js';
import type { RetailRow } from './row.js';
import { kindOfCode, namesService, normalCode } from './stock-code.js';

const DAY = 86_400_000;

function row(over: Partial<RetailRow>): RetailRow {
  return {
    invoice: '1',
    code: '85123A',
    description: 'WHITE HEART',
    quantity: 1,
    at: 0,
    priceMilli: 2550,
    customer: undefined,
    ...over,
  };
}

describe('a stock code', () => {
  it.each(['85123A', '10002', '79323LP', 'DCGS0076', 'DCGSSBOY', '15056bl'])('%s is an article', (code) => {
    expect(kindOfCode(normalCode(code))).toBe('article');
  });

  it.each([
    'POST',
    'D',
    'C2',
    'DOT',
    'M',
    'm',
    'BANK CHARGES',
    'S',
    'AMAZONFEE',
    'gift_0001_40',
    'PADS',
    'B',
    'CRUK',
  ])('%s is none', (code) => {
    expect(kindOfCode(normalCode(code))).toBe('other');
  });

  it('of an article does not make carriage or a voucher a product', () => {
    expect(['Next Day Carriage', 'Dotcomgiftshop Gift Voucher £100.00'].map(namesService)).toEqual([
      true,
      true,
    ]);
    expect(namesService('CARRIAGE CLOCK')).toBe(false);
  });
});

describe('a description', () => {
  it.each([
    ['WHITE HANGING HEART T-LIGHT HOLDER', 'WHITE HANGING HEART T-LIGHT HOLDER'],
    ['  NUMBER TILE  VINTAGE FONT No ', 'NUMBER TILE VINTAGE FONT No'],
    ['*USB Office Mirror Ball', 'USB Office Mirror Ball'],
    ['SET OF 3 , BOXES.', 'SET OF 3, BOXES'],
    ['DOORMAT "HOME!"', 'DOORMAT "HOME!"'],
    ['?', undefined],
    ['20713', undefined],
    ['', undefined],
  ])('%j gives the name %j', (description, name) => {
    expect(nameFrom(description)).toBe(name);
  });

  it('in small letters is a note of the stockroom', () => {
    expect(['thrown away', 'Found by jackie', 'FLAMINGO LIGHTS'].map(looksLikeName)).toEqual([
      false,
      false,
      true,
    ]);
  });
});

describe('an article', () => {
  it('has the name it was sold under most often, whatever the stockroom wrote', () => {
    const article = new Article('85123A');
    article.addSale(row({ description: 'CREAM HEART' }));
    article.addSale(row({ description: 'WHITE HEART ' }));
    article.addSale(row({ description: 'WHITE HEART' }));
    for (let times = 0; times < 9; times += 1) article.addMention(row({ description: 'damaged' }));
    expect(article.name).toBe('WHITE HEART');
  });

  it('never sold has the name it is noted under and no price', () => {
    const article = new Article('79320');
    article.addMention(row({ description: 'thrown away', priceMilli: 0 }));
    expect([article.name, article.priceMinor]).toEqual([undefined, undefined]);
    article.addMention(row({ description: 'FLAMINGO LIGHTS', priceMilli: 0 }));
    expect([article.name, article.priceMinor]).toEqual(['FLAMINGO LIGHTS', undefined]);
  });

  it.each([
    [[2550], 255],
    [[1000, 2000, 9000], 200],
    [[1000, 1250], 112],
    [[1000, 1350], 118],
    [[1], 1],
  ])('sold at %j thousandths costs %i cents: the median, half to even, at least one', (prices, cents) => {
    const article = new Article('1');
    for (const priceMilli of prices) article.addSale(row({ priceMilli }));
    expect(article.priceMinor).toBe(cents);
  });

  it('has thirty units and those sold in the last 90 days in stock, at most 500', () => {
    const article = new Article('1');
    article.addSale(row({ at: 0, quantity: 1000 }));
    article.addSale(row({ at: 11 * DAY, quantity: 7 }));
    article.addSale(row({ at: 100 * DAY, quantity: 5 }));
    expect(article.stockAt(100 * DAY)).toBe(42);
    expect(article.stockAt(80 * DAY)).toBe(500);
  });
});
