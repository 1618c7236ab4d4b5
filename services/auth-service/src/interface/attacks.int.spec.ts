import { AuthServiceDefinition } from '@vici/proto-gen/auth';
import { useService, useTestRedis } from '@vici/testing';
import { newId } from '@vici/utils';
import { describe, expect, it } from 'vitest';
import { authService } from '../auth.service.js';
import { deviceOf, from, newShopper, PASSWORD, sessionKey } from './fixtures/shopper.fixture.js';

const redis = useTestRedis();
const service = useService(authService, { BCRYPT_COST: '4' });
const auth = () => service.client(AuthServiceDefinition);

const register = (email: string, password = PASSWORD) =>
  from({}, () => auth().register({ email, password, firstName: 'Eve', lastName: 'E' }));
const BAD_EMAIL = {
  code: 'VALIDATION_FAILED',
  details: { fields: [{ field: 'email', message: 'must be an e-mail address' }] },
};

describe('an address that only looks like another', () => {
  it('is the same one where it is a matter of letter case or Unicode form', async () => {
    const { email } = await newShopper(auth());
    const [local = '', domain = ''] = email.split('@');
    const fullWidth = [...local]
      .map((letter) =>
        /[0-9a-z]/.test(letter) ? String.fromCodePoint((letter.codePointAt(0) ?? 0) + 0xfee0) : letter,
      )
      .join('');

    for (const spelling of [
      email.toUpperCase(),
      ` ${email} `,
      `${fullWidth}@${domain}`,
      `${local}＠${domain}`,
    ]) {
      await expect(register(spelling)).rejects.toMatchObject({ code: 'EMAIL_TAKEN' });
    }
  });

  it('is no address where its letters are of another script, or cannot be seen', async () => {
    for (const local of ['аda', 'ad\u200ba', 'ad\u00ada', 'adａ\u0301', 'οda']) {
      await expect(register(`${local}.${newId()}@example.com`)).rejects.toMatchObject(BAD_EMAIL);
    }
  });

  it('shows its domain for what it is', async () => {
    const local = newId();
    await register(`${local}@example.com`);

    const { account } = await register(`${local}@ехаmple.com`);

    expect(account?.email).toMatch(/^[\w-]+@xn--.+\.com$/);
  });
});

describe('a password of a megabyte', () => {
  it('is refused at once wherever one is set, and wrong wherever one is asked for', async () => {
    const huge = 'x'.repeat(1_048_576);
    const shopper = await newShopper(auth());
    const weak = (field: string) => ({
      code: 'WEAK_PASSWORD',
      details: { fields: [{ field, message: 'must have at most 72 bytes' }] },
    });

    await expect(register(`${newId()}@example.com`, huge)).rejects.toMatchObject(weak('password'));
    await expect(
      from(shopper, () => auth().changePassword({ currentPassword: PASSWORD, newPassword: huge })),
    ).rejects.toMatchObject(weak('newPassword'));
    await expect(
      from({}, () => auth().login({ email: shopper.email, password: huge })),
    ).rejects.toMatchObject({ code: 'INVALID_CREDENTIALS' });
  });
});

describe('a session somebody else has prepared', () => {
  it('is not the one a login opens: that is new, whatever the browser came with', async () => {
    const attacker = await newShopper(auth());
    const victim = await newShopper(auth());
    const prepared = newId();

    const signedIn = await from({ userId: attacker.userId, authSessionId: attacker.authSessionId }, () =>
      auth().login({ email: victim.email, password: PASSWORD, shopperSessionId: prepared }),
    );

    const { authSessionId } = deviceOf(signedIn);
    expect([attacker.authSessionId, victim.authSessionId, prepared]).not.toContain(authSessionId);
    expect(await redis.client.hget(sessionKey(attacker), 'userId')).toBe(attacker.userId);
    expect(await redis.client.keys(`session:*${prepared}`)).toEqual([]);
  });
});
