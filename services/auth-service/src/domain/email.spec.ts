import { describe, expect, it } from 'vitest';
import { parseEmail } from './email.js';

describe('parseEmail', () => {
  it('takes letter case and full-width letters for the same address', () => {
    expect(parseEmail(' Ada@Example.COM ')).toEqual({
      address: 'Ada@example.com',
      normalized: 'ada@example.com',
    });
    expect(parseEmail('ａｄａ＠ｅｘａｍｐｌｅ．com').normalized).toBe('ada@example.com');
  });

  it('writes an international domain in ASCII, so that it shows when it only looks like another', () => {
    expect(parseEmail('ada@bücher.example').normalized).toBe('ada@xn--bcher-kva.example');
    expect(parseEmail('ada@еxample.com').normalized).toBe('ada@xn--xample-2of.com');
    expect(parseEmail('ada@xn--bcher-kva.example').normalized).toBe('ada@xn--bcher-kva.example');
  });

  it('gives the same again when it reads what it has written', () => {
    const { address, normalized } = parseEmail("O'Hara+shop@Bücher.Example");
    expect(parseEmail(address)).toEqual({ address, normalized });
    expect(parseEmail(normalized).normalized).toBe(normalized);
  });

  it.each([
    '',
    'ada',
    'ada@',
    '@example.com',
    'a b@example.com',
    'ada@example',
    'ada@exa\u0000mple.com',
    'ada@ex%61mple.com',
    'ada@10.0.0.1',
    'ada@exa_mple.com',
    '.ada@example.com',
    'аda@example.com',
    'ada\u200b@example.com',
    'ada\u00ad@example.com',
    'аԁа@example.com',
    `${'a'.repeat(250)}@x.org`,
    `ada@${'x'.repeat(1_000_000)}.org`,
  ])('refuses %.40j, naming the field', (value) => {
    expect(() => parseEmail(value)).toThrowError(
      expect.objectContaining({
        code: 'VALIDATION_FAILED',
        details: { fields: [{ field: 'email', message: 'must be an e-mail address' }] },
      }),
    );
  });
});
