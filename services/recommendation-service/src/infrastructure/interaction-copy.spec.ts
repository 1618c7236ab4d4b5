import { describe, expect, it } from 'vitest';
import { type CopiedStretch, readCopied } from './interaction-copy.js';

const text =
  '7\t\tvisit ü\tp1\tview\t1760000000000\n' +
  '9\tuser\ta\\tb\\\\c\tp2\tpurchase\t1760000000123.0002\n' +
  '12\t\tlast\tp3\tcart\t1760000000124\n';

async function read(pieceLength: number) {
  const bytes = Buffer.from(text);
  async function* pieces() {
    for (let from = 0; from < bytes.length; from += pieceLength)
      yield bytes.subarray(from, from + pieceLength);
  }
  const stretches: CopiedStretch[] = [];
  for await (const stretch of readCopied(pieces())) stretches.push(stretch);
  return stretches;
}

describe('copied interactions', () => {
  it.each([1, 2, 5, 33, 1_000])('are the same in chunks of %s bytes', async (length) => {
    const stretches = await read(length);

    expect(stretches.flatMap(({ rows }) => rows)).toEqual([
      { sessionId: 'visit ü', productId: 'p1', kind: 'view', at: 1_760_000_000_000 },
      { userId: 'user', sessionId: 'a\tb\\c', productId: 'p2', kind: 'purchase', at: 1_760_000_000_123 },
      { sessionId: 'last', productId: 'p3', kind: 'cart', at: 1_760_000_000_124 },
    ]);
    expect(stretches.at(-1)?.next).toBe(12n);
  });
});
