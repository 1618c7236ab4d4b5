import { setImmediate } from 'node:timers/promises';
import { Metrics } from '@vici/utils';
import { describe, expect, it } from 'vitest';
import { LoopSlices } from './loop-slices.js';

/** Keeps the processor busy. */
function spend(milliseconds: number): void {
  for (const until = performance.now() + milliseconds; performance.now() < until; );
}

describe('work in slices', () => {
  it('leaves the event loop to others every few milliseconds, however many works run', async () => {
    const slices = new LoopSlices(new Metrics('test'));
    let [spent, most, running] = [0, 0, true];
    const work = () => {
      spend(1);
      spent += 1;
    };
    const others = (async () => {
      while (running) {
        most = Math.max(most, spent);
        spent = 0;
        await setImmediate();
      }
    })();

    await Promise.all([1, 2, 3].map(() => slices.each(Array(20).keys(), work)));
    running = false;
    await others;

    // Two turns at most pass between two looks: three pieces of a millisecond each.
    expect(most).toBeLessThanOrEqual(6);
  });

  it('does everything in order, works taking turns, and stops at a failure', async () => {
    const slices = new LoopSlices(new Metrics('test'));
    const done: string[] = [];
    const one = slices.each([1, 2, 3, 4], (n) => {
      spend(2);
      done.push(`one ${n}`);
    });
    const two = slices.each([1, 2, 3, 4], (n) => {
      spend(2);
      done.push(`two ${n}`);
      if (n === 3) throw new Error('broken');
    });

    await expect(two).rejects.toThrow('broken');
    await one;

    expect(done.filter((name) => name.startsWith('one'))).toEqual(['one 1', 'one 2', 'one 3', 'one 4']);
    expect(done.filter((name) => name.startsWith('two'))).toEqual(['two 1', 'two 2', 'two 3']);
    expect(done.indexOf('two 1')).toBeLessThan(done.indexOf('one 4'));
  });
});
