import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { columnTypes } from './column-types.js';

const TEXT_ARRAY: number = 1009;
const VARCHAR_ARRAY = 1015;
const UUID_ARRAY = 2951;

describe('an array of texts', () => {
  const read = (text: string, oid = TEXT_ARRAY): unknown => columnTypes.getTypeParser(oid, 'text')(text);

  it.each([
    ['{}', []],
    ['{oak}', ['oak']],
    ['{oak,brass,漢}', ['oak', 'brass', '漢']],
    ['{NULL,null-ish,"NULL"}', [null, 'null-ish', 'NULL']],
    ['{NULL,oak}', [null, 'oak']],
    ['{"",oak,""}', ['', 'oak', '']],
    ['{"warm white","a,b",c}', ['warm white', 'a,b', 'c']],
    ['{"say \\"oak\\"","a\\\\b","{x}"}', ['say "oak"', 'a\\b', '{x}']],
    ['{"two\nlines","\\\\\\""}', ['two\nlines', '\\"']],
    [
      '{{oak,brass},{"a b",NULL}}',
      [
        ['oak', 'brass'],
        ['a b', null],
      ],
    ],
    ['[2:3]={oak,brass}', ['oak', 'brass']],
  ])('%s is read as pg reads it', (text, expected) => {
    expect(read(text)).toEqual(expected);
    expect(read(text)).toEqual(pg.types.getTypeParser(TEXT_ARRAY, 'text')(text));
  });

  it('is read the same as varchar and as uuid', () => {
    expect([VARCHAR_ARRAY, UUID_ARRAY].map((oid) => read('{a,"b c"}', oid))).toEqual([
      ['a', 'b c'],
      ['a', 'b c'],
    ]);
  });
});
