import { describe, expect, it } from 'vitest';
import { parseEmail } from './email.js';
import { assertStrongPassword, normalizedPassword } from './password.js';

const email = parseEmail('lovelace@example.com');
const assertStrong = (password: string) =>
  assertStrongPassword(password, email, (text) => text === 'password123');

describe('assertStrongPassword', () => {
  it('accepts a password that is long enough and not guessable', () => {
    expect(() => assertStrong('difference engine')).not.toThrow();
    expect(() => assertStrong('пароль-из-слов')).not.toThrow();
  });

  it.each([
    ['short12', 'must have at least 8 characters'],
    ['ﬀﬀ'.repeat(1), 'must have at least 8 characters'],
    ['ключ'.repeat(10), 'must have at most 72 bytes'],
    ['x'.repeat(1_000_000), 'must have at most 72 bytes'],
    ['Password123', 'is one of the most common passwords'],
    ['ｐａｓｓｗｏｒｄ１２３', 'is one of the most common passwords'],
    ['my-lovelace-2026', 'must not contain the e-mail address'],
    ['LOVELACE@example.com', 'must not contain the e-mail address'],
  ])('refuses %.30s, which %s', (password, message) => {
    expect(() => assertStrong(password)).toThrowError(
      expect.objectContaining({
        code: 'WEAK_PASSWORD',
        details: { fields: [{ field: 'password', message }] },
      }),
    );
  });
});

describe('normalizedPassword', () => {
  it('is the same for a character that keyboards write in two ways', () => {
    expect(normalizedPassword('cafe\u0301 noir')).toBe(normalizedPassword('caf\u00e9 noir'));
  });

  it('is nothing for what bcrypt would cut', () => {
    expect(normalizedPassword('x'.repeat(72))).toBe('x'.repeat(72));
    expect(normalizedPassword('x'.repeat(73))).toBeUndefined();
  });
});
