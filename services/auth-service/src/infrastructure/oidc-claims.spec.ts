import { describe, expect, it } from 'vitest';
import { toIdentity } from './oidc-claims.js';

const ISSUER = 'https://issuer.example';

describe('the claims of a provider', () => {
  it('become an identity', () => {
    const claims = {
      sub: '1',
      email: 'ada@example.com',
      email_verified: true,
      given_name: 'Ada',
      family_name: 'Lovelace',
    };
    expect(toIdentity(ISSUER, claims)).toEqual({
      issuer: ISSUER,
      subject: '1',
      email: 'ada@example.com',
      emailVerified: true,
      firstName: 'Ada',
      lastName: 'Lovelace',
    });
  });

  it.each([
    [{ name: 'Ada King Lovelace' }, 'Ada', 'King Lovelace'],
    [{ email: 'ada@example.com' }, 'ada', ''],
    [{ given_name: ' A\u0000d\na ' }, 'A d a', ''],
    [{ given_name: 'x'.repeat(500) }, 'x'.repeat(100), ''],
    [{}, '', ''],
  ])('give %j the names it has', (claims, firstName, lastName) => {
    expect(toIdentity(ISSUER, { sub: '1', ...claims })).toMatchObject({ firstName, lastName });
  });

  it.each([
    [true, true],
    ['true', true],
    [false, false],
    ['false', false],
    [undefined, false],
  ])('are sure of the address when email_verified is %j: %j', (email_verified, sure) => {
    expect(toIdentity(ISSUER, { sub: '1', email: 'a@b.c', email_verified }).emailVerified).toBe(sure);
  });

  it.each([{}, { sub: '' }, { sub: 1 }, { sub: '1', email: 7 }])('are refused when they are %j', (claims) => {
    expect(() => toIdentity(ISSUER, claims)).toThrow();
  });
});
