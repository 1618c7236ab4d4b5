import { describe, expect, it } from 'vitest';
import { DecayedCounters } from './decayed-counters.js';

const [A, B] = [0, 1];
const HOUR = 3_600_000;
const anything = () => true;

describe('DecayedCounters', () => {
  it('halves a counter in each half-life', () => {
    const counters = new DecayedCounters(HOUR);
    counters.add(A, 8, 0);

    expect(counters.value(A, 0)).toBe(8);
    expect(counters.value(A, HOUR)).toBe(4);
    expect(counters.value(A, 3 * HOUR)).toBe(1);
  });

  it('ranks by what is left: late interest beats more but older interest', () => {
    const counters = new DecayedCounters(HOUR);
    counters.add(A, 3, 0);
    counters.add(B, 1, 2 * HOUR);

    expect(counters.top(10, 2 * HOUR, anything)).toEqual([
      { item: B, score: 1 },
      { item: A, score: 0.75 },
    ]);
  });

  it('gives a late event the weight it has left', () => {
    const counters = new DecayedCounters(HOUR);
    counters.add(A, 1, 2 * HOUR);
    counters.add(A, 4, 0);

    expect(counters.value(A, 2 * HOUR)).toBe(2);
  });

  it('leaves out what has faded below the floor and what is not accepted', () => {
    const counters = new DecayedCounters(HOUR);
    counters.add(A, 1, 0);
    counters.add(B, 1, 10 * HOUR);

    expect(counters.top(10, 10 * HOUR, anything, { atLeast: 0.01 })).toEqual([{ item: B, score: 1 }]);
    expect(counters.top(10, 10 * HOUR, (item) => item === A)).toEqual([{ item: A, score: 2 ** -10 }]);
  });

  it('still counts after years', () => {
    const counters = new DecayedCounters(HOUR);
    counters.add(A, 1, 0);
    counters.add(A, 1, 3 * 8_760 * HOUR);

    expect(counters.value(A, 3 * 8_760 * HOUR)).toBe(1);
  });

  it('never fades with an endless half-life', () => {
    const counters = new DecayedCounters(Number.POSITIVE_INFINITY);
    counters.add(A, 2, 0);
    counters.add(A, 1, 99 * HOUR);

    expect(counters.value(A, 999 * HOUR)).toBe(3);
  });
});
