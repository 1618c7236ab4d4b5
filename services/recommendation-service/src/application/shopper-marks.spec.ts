import { describe, expect, it } from 'vitest';
import { ShopperMarks } from './shopper-marks.js';

describe('marks of shoppers', () => {
  it('are taken once due, the newest first, and each once with its oldest event', () => {
    const marks = new ShopperMarks();
    marks.mark({ id: 'a', since: 10 }, 50);
    marks.mark({ id: 'b', since: 20 }, 60);
    marks.mark({ id: 'a', since: 30 }, 80);
    marks.mark({ id: 'late', since: 40 }, 90);

    expect([marks.size, marks.dueAt]).toEqual([3, 50]);
    expect(marks.take(10, 49)).toEqual([]);
    expect(marks.take(10, 60)).toEqual([
      { id: 'a', since: 10 },
      { id: 'b', since: 20 },
    ]);
    expect(marks.take(10, 60)).toEqual([]);
    expect([marks.size, marks.dueAt]).toEqual([1, 90]);
  });

  it('leave those behind that there is no room for', () => {
    const marks = new ShopperMarks();
    for (const id of ['a', 'b', 'c']) marks.mark({ id, since: 0 }, 0);

    expect(marks.take(2, 0).map(({ id }) => id)).toEqual(['c', 'b']);
    expect(marks.take(2, 0).map(({ id }) => id)).toEqual(['a']);
  });
});
