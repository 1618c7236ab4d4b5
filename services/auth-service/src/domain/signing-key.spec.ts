import { describe, expect, it } from 'vitest';
import { isRotationDue, retiredKeys, signingKeyAt } from './signing-key.js';

const MINUTE = 60_000;
const start = Date.parse('2026-03-01T12:00:00Z');
const at = (minutes: number) => new Date(start + minutes * MINUTE);
const first = { kid: 'first', activatesAt: at(0) };
const second = { kid: 'second', activatesAt: at(100) };

describe('the signing key', () => {
  it('is the newest that has begun to sign', () => {
    expect(signingKeyAt([second, first], at(99))?.kid).toBe('first');
    expect(signingKeyAt([second, first], at(100))?.kid).toBe('second');
  });

  it('is the first one even before its time, and nothing without keys', () => {
    expect(signingKeyAt([second], at(0))?.kid).toBe('second');
    expect(signingKeyAt([], at(0))).toBeUndefined();
  });
});

describe('the rotation', () => {
  it('makes the next key ten minutes before the newest has signed for its period', () => {
    expect(isRotationDue([first], at(49), 60 * MINUTE)).toBe(false);
    expect(isRotationDue([first], at(50), 60 * MINUTE)).toBe(true);
    expect(isRotationDue([first, second], at(50), 60 * MINUTE)).toBe(false);
    expect(isRotationDue([], at(0), 60 * MINUTE)).toBe(true);
  });

  it('keeps the old key until its last token has been over for five minutes', () => {
    expect(retiredKeys([second, first], at(119), 15 * MINUTE)).toEqual([]);
    expect(retiredKeys([second, first], at(120), 15 * MINUTE)).toEqual([first]);
    expect(retiredKeys([first], at(100_000), 15 * MINUTE)).toEqual([]);
  });
});
