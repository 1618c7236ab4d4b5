import { describe, expect, it } from 'vitest';
import { timeFault } from './event-time.js';

const now = new Date('2026-03-02T10:00:00.000Z');

describe('timeFault', () => {
  it.each(['2026-03-01T10:00:00.000Z', '2026-03-02T10:00:00.000Z', '2026-03-02T10:05:00.000Z'])(
    'takes %s at 10:00 on 2 March',
    (time) => {
      expect(timeFault(Date.parse(time), now)).toBeUndefined();
    },
  );

  it.each([
    ['2026-03-01T09:59:59.999Z', 'timestamp is more than 24 hours old.'],
    ['2026-03-02T10:05:00.001Z', 'timestamp is more than 5 minutes ahead.'],
  ])('refuses %s at 10:00 on 2 March', (time, reason) => {
    expect(timeFault(Date.parse(time), now)).toBe(reason);
  });
});
