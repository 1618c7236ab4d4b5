import { describe, expect, it } from 'vitest';
import { countFacets } from './facet-counts.js';

interface Match {
  readonly price: bigint;
  readonly stars: number;
  readonly inStock: boolean;
  readonly labels: readonly number[];
}

function packed(matches: readonly Match[]): Buffer {
  return Buffer.concat(
    matches.map(({ price, stars, inStock, labels }) => {
      const bytes = Buffer.alloc(12 + 4 * labels.length);
      bytes.writeBigInt64BE(price);
      bytes.writeInt16BE(2 * stars + (inStock ? 1 : 0), 8);
      bytes.writeInt16BE(labels.length, 10);
      labels.forEach((label, index) => {
        bytes.writeInt32BE(label, 12 + 4 * index);
      });
      return bytes;
    }),
  );
}

describe('counting of facets', () => {
  it('counts prices by band, a limit in the band above it, stars, stock and labels', () => {
    const counts = countFacets(
      packed([
        { price: 999n, stars: 4, inStock: true, labels: [1, 2, 3] },
        { price: 1000n, stars: 0, inStock: false, labels: [] },
        { price: 2500n, stars: 5, inStock: true, labels: [2_000_000_000] },
        { price: 9_007_199_254_740_991n, stars: 4, inStock: true, labels: [2, 3] },
      ]),
      [1000, 2500],
    );

    expect(counts).toEqual({
      bands: [1, 1, 2],
      stars: [1, 0, 0, 0, 2, 1],
      inStock: 3,
      outOfStock: 1,
      labels: new Map([
        [1, 1],
        [2, 2],
        [3, 2],
        [2_000_000_000, 1],
      ]),
    });
  });

  it('counts nothing of nothing', () => {
    const counts = countFacets(Buffer.alloc(0), [1000]);

    expect(counts).toEqual({
      bands: [0, 0],
      stars: [0, 0, 0, 0, 0, 0],
      inStock: 0,
      outOfStock: 0,
      labels: new Map(),
    });
  });
});
