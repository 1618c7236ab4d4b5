import { describe, expect, it } from 'vitest';
import { RestartBackoff } from './restart-backoff.js';

describe('the pause before a service is started again', () => {
  it('doubles up to ten seconds and ends after eight quick ends in a row', () => {
    const backoff = new RestartBackoff();
    const pauses = Array.from({ length: 9 }, () => backoff.next(100));
    expect(pauses).toEqual([250, 500, 1000, 2000, 4000, 8000, 10_000, 10_000, undefined]);
  });

  it('is short again after a service that ran for half a minute, and after a person started it', () => {
    const backoff = new RestartBackoff();
    expect([backoff.next(1), backoff.next(1), backoff.next(30_000), backoff.next(1)]).toEqual([
      250, 500, 250, 500,
    ]);
    backoff.reset();
    expect(backoff.next(1)).toBe(250);
  });
});
