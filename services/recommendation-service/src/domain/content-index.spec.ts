import { describe, expect, it } from 'vitest';
import type { CatalogueProduct } from './catalogue.js';
import { ContentIndex } from './content-index.js';

const product = (over: Partial<CatalogueProduct>): CatalogueProduct => ({
  id: 'p',
  name: 'x',
  categoryPath: ['leaf', 'root'],
  categoryName: 'Leaf',
  tags: [],
  price: 1_000,
  image: '',
  rating: 0,
  active: true,
  createdAt: 0,
  version: 1,
  ...over,
});

describe('ContentIndex', () => {
  it('is the cosine of the weighted features', () => {
    const index = new ContentIndex();
    index.put(0, product({ name: 'Red Lamp', tags: ['gift'] }));
    index.put(1, product({ name: 'Blue Lamp', price: 5_000 }));

    // Shared: leaf 2, root 1, any 0.1, lamp 1. Apart: words, price bands (0.5 each), the tag.
    const shared = 4 + 1 + 0.01 + 1;
    const left = Math.sqrt(shared + 1 + 0.25 + 1);
    const right = Math.sqrt(shared + 1 + 0.25);
    expect(index.similarity(0, 1)).toBeCloseTo(shared / (left * right), 10);
    expect(index.similar(0, 10, () => true)).toEqual([
      { item: 1, score: expect.closeTo(shared / (left * right), 10) },
    ]);
  });

  it('ranks the same category before another one', () => {
    const index = new ContentIndex();
    index.put(0, product({ name: 'Red Lamp' }));
    index.put(1, product({ name: 'Garden Hose', categoryPath: ['garden', 'root'] }));
    index.put(2, product({ name: 'Desk Clock' }));

    expect(index.similar(0, 10, () => true).map(({ item }) => item)).toEqual([2, 1]);
  });

  it('finds something even for a product that shares nothing', () => {
    const index = new ContentIndex();
    index.put(0, product({ name: 'Lamp', categoryPath: ['a'], price: 1 }));
    index.put(1, product({ name: 'Hose', categoryPath: ['b'], price: 100_000 }));

    const [found] = index.similar(0, 10, () => true);
    expect(found).toEqual({ item: 1, score: expect.closeTo(0.01 / (4 + 0.25 + 0.01 + 1), 10) });
  });

  it('fills the list when most of the nearest are not accepted', () => {
    const index = new ContentIndex();
    for (let item = 0; item < 400; item += 1) index.put(item, product({ name: 'Lamp' }));

    const found = index.similar(0, 5, (item) => item >= 390);

    expect(found.map(({ item }) => item)).toEqual([390, 391, 392, 393, 394]);
  });

  it('follows changes and removals, and says whether anything that counts has changed', () => {
    const index = new ContentIndex();
    index.put(0, product({ name: 'Lamp' }));
    expect(index.put(1, product({ name: 'Lamp' }))).toBe(true);
    expect(index.put(1, product({ name: 'Lamp', rating: 5, image: 'new' }))).toBe(false);
    expect(index.similarity(0, 1)).toBeCloseTo(1, 10);

    expect(index.put(1, product({ name: 'Hose' }))).toBe(true);
    expect(index.similarity(0, 1)).toBeLessThan(0.9);

    index.remove(1);
    expect(index.similar(0, 10, () => true)).toEqual([]);
  });
});
