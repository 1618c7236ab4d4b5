import { describe, expect, it } from 'vitest';
import { SweepPace } from './sweep-pace.js';

const slowest = () => 1;
const quickest = () => 0;

describe('the pace of the checkout worker', () => {
  it('is quick after the start, and slow when nothing has run for a minute', () => {
    const pace = new SweepPace(1_000);
    expect(pace.pauseMs(60_999, slowest)).toBe(1_000);
    expect(pace.pauseMs(61_000, quickest)).toBe(2_500);
    expect(pace.pauseMs(61_000, slowest)).toBe(5_000);
  });

  it('is quick again as soon as a checkout runs', () => {
    const pace = new SweepPace(0);
    pace.busy(100_000);
    expect(pace.pauseMs(159_999, slowest)).toBe(1_000);
    expect(pace.pauseMs(160_000, slowest)).toBe(5_000);
  });
});
