import { Database } from '@vici/database';
import { AuthServiceDefinition } from '@vici/proto-gen/auth';
import { eventually, useService, useTestRedis } from '@vici/testing';
import { describe, expect, it } from 'vitest';
import { authService } from '../auth.service.js';
import { type Device, from, newShopper, PASSWORD, sessionKey, signIn } from './fixtures/shopper.fixture.js';

const redis = useTestRedis();
const service = useService(authService, { BCRYPT_COST: '4' });
const auth = () => service.client(AuthServiceDefinition);
const pool = () => service.get(Database).pool;

const NEW_PASSWORD = 'analytical engine';
const INVALID = { code: 'INVALID_TOKEN' };

const refresh = ({ refreshToken }: Device) => from({}, () => auth().refresh({ refreshToken }));
const isLive = async (device: Device) => (await redis.client.exists(sessionKey(device))) === 1;

describe('changing the password', () => {
  const change = (device: Device, currentPassword = PASSWORD, newPassword = NEW_PASSWORD) =>
    from(device, () => auth().changePassword({ currentPassword, newPassword }));

  it('keeps the session of the caller and ends the others', async () => {
    const own = await newShopper(auth());
    const other = await signIn(auth(), own.email);
    const link = 'x'.repeat(43);
    await pool().query(
      `insert into password_reset_tokens values (sha256($1), $2, now() + interval '1 hour')`,
      [Buffer.from(link), own.userId],
    );

    await change(own);

    expect(await isLive(own)).toBe(true);
    await expect(refresh(own)).resolves.toBeDefined();
    expect(await isLive(other)).toBe(false);
    await expect(refresh(other)).rejects.toMatchObject(INVALID);
    await expect(
      from({}, () => auth().resetPassword({ token: link, password: 'yet another password' })),
    ).rejects.toMatchObject(INVALID);
    await expect(signIn(auth(), own.email)).rejects.toMatchObject({ code: 'INVALID_CREDENTIALS' });
    await expect(signIn(auth(), own.email, { password: NEW_PASSWORD })).resolves.toBeDefined();
    await eventually(() =>
      expect(service.events().filter(({ type }) => type === 'user.security_notice')).toMatchObject([
        { subject: own.userId, data: { notice: 'password_changed', email: own.email } },
      ]),
    );
  });

  it('changes nothing when the current password is wrong, and locks after five tries', async () => {
    const own = await newShopper(auth());
    const other = await signIn(auth(), own.email);

    for (let count = 0; count < 5; count += 1) {
      await expect(change(own, 'wrong password')).rejects.toMatchObject({ code: 'INVALID_CREDENTIALS' });
    }

    await expect(change(own)).rejects.toMatchObject({ code: 'ACCOUNT_LOCKED' });
    expect(await isLive(other)).toBe(true);
    await expect(refresh(other)).resolves.toBeDefined();
  });

  it('refuses a weak new password by the name of its field', async () => {
    const own = await newShopper(auth());

    await expect(change(own, PASSWORD, 'short')).rejects.toMatchObject({
      code: 'WEAK_PASSWORD',
      details: { fields: [{ field: 'newPassword', message: 'must have at least 8 characters' }] },
    });

    await expect(signIn(auth(), own.email)).resolves.toBeDefined();
  });

  it('lets one of two win that start from the same password', async () => {
    const own = await newShopper(auth());

    const tries = await Promise.allSettled([
      change(own, PASSWORD, 'analytical engine 1'),
      change(own, PASSWORD, 'analytical engine 2'),
    ]);

    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(tries.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'INVALID_CREDENTIALS' },
    });
  });

  it('is for those who are signed in', async () => {
    await expect(
      from({}, () => auth().changePassword({ currentPassword: PASSWORD, newPassword: NEW_PASSWORD })),
    ).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });
});
