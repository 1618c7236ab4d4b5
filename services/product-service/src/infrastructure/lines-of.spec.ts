import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { linesOf } from './lines-of.js';

async function read(chunks: readonly (string | Uint8Array)[], most = 100): Promise<string[]> {
  const lines: string[] = [];
  const file = Readable.from(chunks.map((chunk) => Buffer.from(chunk)));
  for await (const line of linesOf(file, most)) lines.push(line);
  return lines;
}

describe('the lines of a file', () => {
  it('end with LF or CRLF wherever the file is cut, and with nothing else', async () => {
    expect(await read(['\ufeffone\r', '\ntw', 'o\n\nthr\u2028ee'])).toEqual([
      'one',
      'two',
      '',
      'thr\u2028ee',
    ]);
    expect(await read([])).toEqual([]);
  });

  it('are whole where a character is cut', async () => {
    const word = Buffer.from('bär\n');
    expect(await read([word.subarray(0, 2), word.subarray(2)])).toEqual(['bär']);
  });

  it('never fill the memory: of one without end the beginning is kept', async () => {
    const [line] = await read(
      Array.from({ length: 50 }, () => 'x'.repeat(10)),
      20,
    );
    expect(line?.length).toBe(21);
  });
});
