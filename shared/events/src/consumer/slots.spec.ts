import { describe, expect, it } from 'vitest';
import { Slots } from './slots.js';

describe('Slots', () => {
  it('runs at most so many at once, in the order of arrival, also after failures', async () => {
    const slots = new Slots(2);
    const started: number[] = [];
    let [running, most] = [0, 0];
    const outcomes = await Promise.allSettled(
      [0, 1, 2, 3, 4].map((index) =>
        slots.run(async () => {
          started.push(index);
          running += 1;
          most = Math.max(most, running);
          await new Promise((resolve) => setTimeout(resolve, 2));
          running -= 1;
          if (index % 2 === 0) throw new Error(`failed ${index}`);
        }),
      ),
    );
    expect(most).toBe(2);
    expect(started).toEqual([0, 1, 2, 3, 4]);
    expect(outcomes.map(({ status }) => status)).toEqual([
      'rejected',
      'fulfilled',
      'rejected',
      'fulfilled',
      'rejected',
    ]);
  });
});
