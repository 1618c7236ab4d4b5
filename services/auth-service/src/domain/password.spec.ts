import { describe, expect, it } from 'vitest';
import { parseEmail } from './email.js';
import { assertStrongPassword } from './password.js';

const email = parseEmail('lovelace@example.com');

describe('assertStrongPassword', () => {
  it('accepts a password that is long enough and not guessable', () => {
    expect(() => assertStrongPassword('difference engine', email)).not.toThrow();
    expect(() => assertStrongPassword('пароль-из-слов', email)).not.toThrow();
  });

  it.each([
    ['short12', 'must have at least 8 characters'],
    ['ключ'.repeat(10), 'must have at most 72 bytes'],
    ['Password123', 'is one of the most common passwords'],
    ['my-lovelace-2026', 'must not contain the e-mail address'],
  ])('refuses %s, which %s', (password, message) => {
    expect(() => assertStrongPassword(password, email)).toThrowError(
      expect.objectContaining({
        code: 'WEAK_PASSWORD',
        details: { fields: [{ field: 'password', message }] },
      }),
    );
  });
});
