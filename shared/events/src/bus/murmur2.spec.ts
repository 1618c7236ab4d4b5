import { murmur2 as libraryMurmur2 } from '@platformatic/kafka';
import { describe, expect, it } from 'vitest';
import { murmur2 } from './murmur2.js';

describe('murmur2', () => {
  // From Kafka's own UtilsTest.
  it.each([
    ['21', -973932308],
    ['foobar', -790332482],
    ['a-little-bit-long-string', -985981536],
    ['a-little-bit-longer-string', -1486304829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
  ])('hashes %s as the Java clients do', (text, hash) => {
    expect(murmur2(Buffer.from(text))).toBe(hash);
  });

  it('agrees with the client library for keys of every length and of any characters', () => {
    for (let length = 0; length <= 41; length += 1) {
      const bytes = Buffer.from(Array.from({ length }, (_, index) => (index * 151 + length * 97) & 0xff));
      expect(murmur2(bytes)).toBe(libraryMurmur2(bytes));
    }
  });
});
