import { describe, expect, it } from 'vitest';
import { backoffDelay, pause } from './backoff.js';

describe('back-off', () => {
  it('doubles from 0.1 s and stays at 5 s', () => {
    const longest = [1, 2, 3, 6, 7, 60].map((failures) => backoffDelay(failures, { random: () => 1 }));
    expect(longest).toEqual([200, 400, 800, 5_000, 5_000, 5_000]);
    const shortest = [1, 2, 3, 6, 7, 60].map((failures) => backoffDelay(failures, { random: () => 0 }));
    expect(shortest).toEqual([100, 200, 400, 2_500, 2_500, 2_500]);
  });

  it('stays at what it is told is the longest', () => {
    const longest = [1, 2, 3, 60].map((failures) =>
      backoffDelay(failures, { longestMs: 500, random: () => 1 }),
    );
    expect(longest).toEqual([200, 400, 500, 500]);
  });

  it('ends a pause at once when it is aborted', async () => {
    const abort = new AbortController();
    const started = performance.now();
    setTimeout(() => abort.abort(), 10);
    await pause(60_000, abort.signal);
    expect(performance.now() - started).toBeLessThan(30_000);
  });

  it('does not wait at all on a signal that is already aborted', async () => {
    const started = performance.now();
    await pause(60_000, AbortSignal.abort());
    expect(performance.now() - started).toBeLessThan(30_000);
  });
});
