import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { quickest } from './quickest.js';

describe('the quickest of a few tries', () => {
  it('is the first when that is quick enough', async () => {
    let tries = 0;
    const took = await quickest(60_000, async () => {
      tries += 1;
    });
    expect(tries).toBe(1);
    expect(took).toBeLessThan(60_000);
  });

  it('is looked for among five, and tells the shortest time', async () => {
    const pauses = [40, 30, 20, 30, 40];
    let tries = 0;
    const took = await quickest(1, async () => {
      await sleep(pauses[tries]);
      tries += 1;
    });
    expect(tries).toBe(5);
    expect(took).toBeGreaterThan(15);
  });
});
