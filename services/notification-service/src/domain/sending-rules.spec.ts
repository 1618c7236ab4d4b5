import { describe, expect, it } from 'vitest';
import { parseQuietHours, quietFor } from './sending-rules.js';

const at = (time: string) => new Date(`2026-03-01T${time}:00.000Z`);
const HOUR_MS = 3_600_000;

describe('quiet hours', () => {
  it.each([
    ['20:59', 0],
    ['21:00', 11 * HOUR_MS],
    ['23:30', 8.5 * HOUR_MS],
    ['00:00', 8 * HOUR_MS],
    ['07:45', HOUR_MS / 4],
    ['08:00', 0],
  ])('over midnight end in the morning (%s)', (time, ms) => {
    expect(quietFor(at(time), parseQuietHours('21-8', 'UTC'))).toBeCloseTo(ms, -1);
  });

  it('are those of the zone', () => {
    expect(quietFor(at('15:00'), parseQuietHours('21-8', 'Asia/Ho_Chi_Minh'))).toBeCloseTo(10 * HOUR_MS, -1);
  });

  it('are none when they end as they begin', () => {
    expect(quietFor(at('00:00'), parseQuietHours('0-0', 'UTC'))).toBe(0);
  });

  it('have to be two hours', () => {
    expect(() => parseQuietHours('evening', 'UTC')).toThrow(TypeError);
  });
});
