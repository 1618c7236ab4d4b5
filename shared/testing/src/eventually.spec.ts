import { describe, expect, it } from 'vitest';
import { eventually } from './eventually.js';

describe('eventually', () => {
  it('gives back the result of the first try that does not throw', async () => {
    let tries = 0;
    const result = await eventually(
      () => {
        tries += 1;
        if (tries < 3) throw new Error('not yet');
        return `after ${tries}`;
      },
      { intervalMs: 1 },
    );
    expect(result).toBe('after 3');
    expect(tries).toBe(3);
  });

  it('throws the last failure with the time spent once the time is up', async () => {
    let tries = 0;
    const never = eventually(
      () => {
        tries += 1;
        throw new Error(`failure ${tries}`);
      },
      { timeoutMs: 50, intervalMs: 5 },
    );
    await expect(never).rejects.toThrow(/^failure \d+ \(still so after 50 ms and \d+ tries\)$/);
    expect(tries).toBeGreaterThan(1);
  });

  it('tries once more than never, even without time', async () => {
    let tries = 0;
    await eventually(
      () => {
        tries += 1;
      },
      { timeoutMs: 0 },
    );
    expect(tries).toBe(1);
  });
});
