import { expect, it } from 'vitest';
import { SendingRate } from './sending-rate.js';

const MINUTE_MS = 60_000;

it('suspects a sender from the event over the limit on, for ten minutes after the last one over it', () => {
  const rate = new SendingRate(100);

  expect(rate.isTooFast('s', 100, 0)).toBe(false);
  expect(rate.isTooFast('s', 1, 59_999)).toBe(true);
  expect(rate.isTooFast('s', 1, 59_999 + 10 * MINUTE_MS - 1)).toBe(true);
  expect(rate.isTooFast('s', 1, 59_999 + 10 * MINUTE_MS)).toBe(false);
});

it('counts each minute and each sender for itself', () => {
  const rate = new SendingRate(100);

  expect(rate.isTooFast('a', 60, 0)).toBe(false);
  expect(rate.isTooFast('b', 60, 0)).toBe(false);
  expect(rate.isTooFast('a', 60, MINUTE_MS)).toBe(false);
  expect(rate.isTooFast('a', 41, MINUTE_MS + 1)).toBe(true);
  expect(rate.isTooFast('b', 1, MINUTE_MS + 1)).toBe(false);
});
