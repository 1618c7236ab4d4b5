import { describe, expect, it } from 'vitest';
import { BoughtTogether } from './bought-together.js';

const [A, B, C, D] = [0, 1, 2, 3];

function baskets(...contents: number[][]): BoughtTogether {
  const together = new BoughtTogether();
  contents.forEach((items, number) => {
    together.add(`basket-${number}`, items);
  });
  return together;
}

describe('BoughtTogether', () => {
  it('scores a pair by count·lift^0.45', () => {
    const together = baskets([A, B], [A, B, C], [C, D], [C, D]);

    // count 2, lift = 2·4 / (2·2) = 2.
    expect(together.with(A, 10)).toEqual([{ item: B, count: 2, score: expect.closeTo(2 * 2 ** 0.45, 10) }]);
    expect(together.with(C, 10)).toEqual([
      { item: D, count: 2, score: expect.closeTo(2 * (8 / 6) ** 0.45, 10) },
    ]);
  });

  it('puts a specific companion before one that is bought with everything', () => {
    const together = baskets([A, B, C], [A, B, C], [D, C], [D, C], [D, C], [D, C]);

    expect(together.with(A, 10).map(({ item }) => item)).toEqual([B, C]);
  });

  it('does not count a pair seen only once', () => {
    expect(baskets([A, B], [A, C]).with(A, 10)).toEqual([]);
  });

  it('counts an item of a basket once, and takes baskets that grow line by line', () => {
    const together = new BoughtTogether();
    together.add('one', [A]);
    together.add('two', [A, B, B]);
    together.add('one', [B]);
    together.add('one', [B]);

    expect(together.with(A, 10)).toEqual([{ item: B, count: 2, score: 2 }]);
    expect(together.basketsWith(B)).toBe(2);
  });

  it('forgets the oldest basket when there are too many', () => {
    const together = new BoughtTogether({ maxBaskets: 2 });
    together.add('one', [A, B]);
    together.add('two', [A, C]);
    together.add('three', [A, C]);

    expect(together.size).toBe(2);
    expect(together.basketsWith(B)).toBe(0);
    expect(together.with(A, 10)).toEqual([{ item: C, count: 2, score: 2 }]);
  });
});
