import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readSessionData } from './session-data.ts';

const DAY = 86_400;

describe('Session data', () => {
  let folder: string;
  const put = (name: string, text: string) =>
    writeFile(join(folder, name), name.endsWith('.gz') ? gzipSync(text) : text);

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sessions-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('is one session a line, in order of time', async () => {
    await put('train.txt.gz', '1 2 3\n4 5\n');
    await put('test.txt', '2 3\n');

    const { train, test } = await readSessionData(folder, {});

    expect(train.map(({ items }) => items)).toEqual([
      ['1', '2', '3'],
      ['4', '5'],
    ]);
    expect(test.map(({ items }) => items)).toEqual([['2', '3']]);
    expect(test[0]?.endedAt).toBeGreaterThan(train[1]?.endedAt ?? Number.POSITIVE_INFINITY);
  });

  it('is clicks in any order, put in order of time by session', async () => {
    await put('train.tsv', 'SessionId\tItemId\tTime\nb\t7\t30\na\t2\t20.5\na\t1\t10\n');
    await put('test.tsv', 'c\t1\t50\nc\t2\t60\n');

    const { train } = await readSessionData(folder, {});

    expect(train).toEqual([
      { items: ['1', '2'], endedAt: 20_500 },
      { items: ['7'], endedAt: 30_000 },
    ]);
  });

  it('is cut by days where that is asked for', async () => {
    const clicks = [1, 2, 3, 4].map((day) => `s${day}\tx\t${day * DAY}\ns${day}\ty\t${day * DAY + 1}\n`);
    await put('train.txt', clicks.join(''));

    const { train, test } = await readSessionData(folder, { testDays: 1.5, days: 3 });

    expect(train.map(({ endedAt }) => endedAt)).toEqual([(2 * DAY + 1) * 1_000]);
    expect(test.map(({ endedAt }) => endedAt)).toEqual([(3 * DAY + 1) * 1_000, (4 * DAY + 1) * 1_000]);
  });

  it.each([
    ['has no train file', { 'test.txt': '1 2' }, /has no train file/],
    ['has no test file', { 'train.txt': '1 2' }, /has no test file; say with --test-days/],
    [
      'has a word for an item',
      { 'train.txt': '1 2\n3 four', 'test.txt': '1 2' },
      /line 2: "four" is not an item number/,
    ],
    [
      'has a click without time',
      { 'train.txt': 'a\t1\t5\na\t2\t', 'test.txt': '1 2' },
      /line 2: is not SessionId/,
    ],
    ['is empty', { 'train.txt': '', 'test.txt': '1 2' }, /train\.txt is empty/],
    ['has nothing to predict', { 'train.txt': '1 2', 'test.txt': '1\n2' }, /no test session of two items/],
  ])('is refused in one sentence when the folder %s', async (_fault, files, sentence) => {
    for (const [name, text] of Object.entries(files)) await put(name, text);

    await expect(readSessionData(folder, {})).rejects.toThrow(sentence);
  });

  it('is refused when it tells no times and is to be cut by days', async () => {
    await put('train.txt', '1 2');
    await expect(readSessionData(folder, { testDays: 1 })).rejects.toThrow(/tells no times/);
  });

  it('is refused when it is cut short', async () => {
    await writeFile(join(folder, 'train.txt.gz'), gzipSync('1 2 3\n'.repeat(1_000)).subarray(0, 30));
    await put('test.txt', '1 2');
    await expect(readSessionData(folder, {})).rejects.toThrow(/cannot be read: unexpected end of file/);
  });

  it('is refused when there is no such folder', async () => {
    await expect(readSessionData(join(folder, 'none'), {})).rejects.toThrow(/There is no folder/);
  });
});
