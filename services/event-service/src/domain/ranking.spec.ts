import fc from 'fast-check';
import { expect, it } from 'vitest';
import { below, unreadBelow } from './ranking.js';

it('leaves as much unread on a day as in a month, and what is over in months', () => {
  expect(unreadBelow(400, 2, 5)).toEqual({ ofMonth: 6, ofDay: 5, most: 2 * 63 + 6 * 31 });
  expect(unreadBelow(0, 12, 30)).toEqual({ ofMonth: 0, ofDay: 0, most: 0 });
});

it('leaves out no term whose sum is above what it says, and never more than was asked for', () => {
  const asked = fc.tuple(fc.nat(10_000_000), fc.nat(24), fc.nat(40));
  fc.assert(
    fc.property(
      asked,
      fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
      ([most, months, days], shares) => {
        const unread = unreadBelow(most, months, days);
        expect(unread.most).toBeLessThanOrEqual(most);
        const left = (digits: number) => Math.floor((shares.next().value ?? 0) * below(digits));
        let sum = left(unread.ofDay);
        for (let month = 0; month < months; month += 1) sum += left(unread.ofMonth);
        for (let day = 0; day < days; day += 1) sum += left(unread.ofDay);
        expect(sum).toBeLessThanOrEqual(unread.most);
      },
    ),
  );
});
