import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PostingList } from './posting-list.js';
import { TopK } from './top-k.js';

describe('TopK', () => {
  it('keeps exactly what sorting everything would put first', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 9 })), fc.integer({ min: 0, max: 12 }), (scores, k) => {
        const top = new TopK(k);
        scores.forEach((score, item) => {
          top.offer(item, score);
        });
        const all = scores.map((score, item) => ({ item, score }));
        expect(top.sorted()).toEqual(all.sort((a, b) => b.score - a.score || a.item - b.item).slice(0, k));
      }),
    );
  });
});

describe('PostingList', () => {
  it('keeps the latest numbers, the newest first', () => {
    fc.assert(
      fc.property(fc.array(fc.nat()), fc.integer({ min: 1, max: 20 }), (numbers, limit) => {
        const list = new PostingList(limit);
        const clipped = numbers.map((number) => number % 1_000);
        for (const number of clipped) list.push(number);
        const kept = Array.from({ length: list.size }, (_, back) => list.at(back));
        expect(kept).toEqual(clipped.slice(-limit).reverse());
        expect(list.at(list.size)).toBe(-1);
      }),
    );
  });
});
