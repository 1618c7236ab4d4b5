import { describe, expect, it } from 'vitest';
import { parseEmail } from './email.js';

describe('parseEmail', () => {
  it('takes letter case and full-width letters for the same address', () => {
    expect(parseEmail(' Ada@Example.COM ').normalized).toBe('ada@example.com');
    expect(parseEmail('ａｄａ@example.com').normalized).toBe('ada@example.com');
  });

  it.each([
    '',
    'ada',
    'ada@',
    '@example.com',
    'a b@example.com',
    'ada@example',
    'ada@exa\u0000mple.com',
    `${'a'.repeat(250)}@x.org`,
  ])('refuses %j, naming the field', (value) => {
    expect(() => parseEmail(value)).toThrowError(
      expect.objectContaining({
        code: 'VALIDATION_FAILED',
        details: { fields: [{ field: 'email', message: 'must be an e-mail address' }] },
      }),
    );
  });
});
