import { describe, expect, it } from 'vitest';
import { GatheringPace } from './gathering-pace.js';

describe('the pace of gathering', () => {
  it('is the shortest for pieces that come alone', () => {
    const pace = new GatheringPace({ shortestMs: 40, longestMs: 120 });
    expect([pace.after(1), pace.after(1)]).toEqual([40, 40]);
  });

  it('doubles up to the longest while rounds carry several pieces, and comes back by halves', () => {
    const pace = new GatheringPace({ shortestMs: 40, longestMs: 120 });
    expect([2, 5, 9, 1, 1, 1].map((size) => pace.after(size))).toEqual([80, 120, 120, 60, 40, 40]);
  });
});
