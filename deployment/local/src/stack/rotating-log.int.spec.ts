import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RotatingLog } from './rotating-log.js';

let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vici-log-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

describe('a rotating log', () => {
  it('keeps the newest lines in at most three files, in order', async () => {
    const log = new RotatingLog(join(folder, 'deep', 'order.log'), 30);
    for (let line = 1; line <= 12; line += 1) {
      log.write(`line ${String(line).padStart(2, '0')} ..`);
    }
    await log.close();
    expect((await readdir(join(folder, 'deep'))).sort()).toEqual(['order.log', 'order.log.1', 'order.log.2']);
    const texts = await Promise.all(
      ['order.log.2', 'order.log.1', 'order.log'].map((name) => readFile(join(folder, 'deep', name), 'utf8')),
    );
    expect(texts.join('').trimEnd().split('\n')).toEqual([
      'line 04 ..',
      'line 05 ..',
      'line 06 ..',
      'line 07 ..',
      'line 08 ..',
      'line 09 ..',
      'line 10 ..',
      'line 11 ..',
      'line 12 ..',
    ]);
  });

  it('goes on with the file of an earlier start', async () => {
    const path = join(folder, 'cart.log');
    for (const line of ['one', 'two']) {
      const log = new RotatingLog(path);
      log.write(line);
      await log.close();
    }
    expect(await readFile(path, 'utf8')).toBe('one\ntwo\n');
  });
});
