import { Database } from '@vici/database';
import { AuthServiceDefinition } from '@vici/proto-gen/auth';
import { eventually, pauseAt, useService, useTestRedis } from '@vici/testing';
import { newId } from '@vici/utils';
import { describe, expect, it } from 'vitest';
import { SendResetLinks } from '../application/send-reset-links.use-case.js';
import { authService } from '../auth.service.js';
import { ExpiredTokenCleanup } from '../infrastructure/expired-token.cleanup.js';
import { type Device, from, newShopper, sessionKey, signIn } from './fixtures/shopper.fixture.js';

const redis = useTestRedis();
const service = useService(authService, { BCRYPT_COST: '4' });
const auth = () => service.client(AuthServiceDefinition);
const pool = () => service.get(Database).pool;

const NEW_PASSWORD = 'analytical engine';
const INVALID = { code: 'INVALID_TOKEN' };

const request = (email: string, ip?: string) =>
  from(ip === undefined ? {} : { ip }, () => auth().requestPasswordReset({ email }));
const reset = (token: string, password = NEW_PASSWORD) =>
  from({}, () => auth().resetPassword({ token, password }));
const refresh = ({ refreshToken }: Device) => from({}, () => auth().refresh({ refreshToken }));
const isLive = async (device: Device) => (await redis.client.exists(sessionKey(device))) === 1;

const mailsFor = (userId: string) =>
  service
    .events()
    .flatMap((event) =>
      event.type === 'user.password_reset_requested' && event.subject === userId ? [event.data] : [],
    );

/** Asks for a link and gives the secret of the mail. */
async function linkFor({ userId, email }: Device): Promise<string> {
  const before = mailsFor(userId).length;
  await request(email);
  return await eventually(() => {
    const mail = mailsFor(userId)[before];
    if (mail === undefined) throw new Error('No mail yet');
    return mail.resetToken;
  });
}

describe('asking for a reset link', () => {
  it('publishes a secret for the mail, good for an hour, and stores only its hash', async () => {
    const shopper = await newShopper(auth());

    const asked = Date.now();
    await request(` ${shopper.email.toUpperCase()} `);

    const mail = await eventually(() => {
      expect(mailsFor(shopper.userId)).toHaveLength(1);
      return mailsFor(shopper.userId)[0];
    });
    expect(mail).toMatchObject({ email: shopper.email, firstName: 'Ada' });
    expect(mail?.resetToken).toHaveLength(43);
    const lifetime = Date.parse(mail?.expiresAt ?? '') - asked;
    expect(Math.abs(lifetime - 3_600_000)).toBeLessThan(10_000);
    const { rows } = await pool().query(
      `select encode(hash, 'escape') as hash, hash = sha256($2) as matches from password_reset_tokens where user_id = $1`,
      [shopper.userId, Buffer.from(mail?.resetToken ?? '')],
    );
    expect(rows).toEqual([{ hash: expect.not.stringContaining(mail?.resetToken ?? ''), matches: true }]);
  });

  it('gives an unknown address the same answer after the same work, and sends nothing', async () => {
    const shopper = await newShopper(auth());
    const pause = pauseAt('auth.reset-request-taken');

    const known = await request(shopper.email);
    const unknown = await request(`${newId()}@example.com`);

    expect(unknown).toEqual(known);
    // Both answers are given and neither address has been looked at yet.
    await pause.reached;
    expect(mailsFor(shopper.userId)).toEqual([]);
    const { rows } = await pool().query('select count(*)::int as waiting from password_reset_requests');
    expect(rows).toEqual([{ waiting: 2 }]);
    pause.resume();

    await eventually(async () => {
      const left = await pool().query('select 1 from password_reset_requests');
      expect(left.rows).toEqual([]);
    });
    const tokens = await pool().query(`select user_id from password_reset_tokens where user_id = $1`, [
      shopper.userId,
    ]);
    expect(tokens.rows).toHaveLength(1);
    await eventually(() => expect(mailsFor(shopper.userId)).toHaveLength(1));
    const all = await pool().query('select count(*)::int as tokens from password_reset_tokens');
    const mails = service.events().filter((event) => event.type === 'user.password_reset_requested');
    expect(all.rows).toEqual([{ tokens: mails.length }]);
  });

  it('is refused after three times for one address, whether or not it has an account', async () => {
    const { email } = await newShopper(auth());

    for (const address of [email, `${newId()}@example.com`]) {
      for (let count = 0; count < 3; count += 1) await request(address);
      await expect(request(address)).rejects.toMatchObject({
        code: 'RATE_LIMITED',
        details: { retryAfterSeconds: expect.toBeOneOf([895, 896, 897, 898, 899, 900]) },
      });
    }
  });

  it('is refused after thirty times from one network, whatever the addresses', async () => {
    for (let count = 0; count < 30; count += 1) await request(`${newId()}@example.com`, '203.0.113.9');

    await expect(request(`${newId()}@example.com`, '203.0.113.77')).rejects.toMatchObject({
      code: 'RATE_LIMITED',
    });
    await expect(request(`${newId()}@example.com`, '198.51.100.7')).resolves.toBeDefined();
  });

  it('refuses what is no address', async () => {
    await expect(request('nobody')).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
      details: { fields: [{ field: 'email', message: 'must be an e-mail address' }] },
    });
  });

  it('is forgotten when it could not be worked off for an hour', async () => {
    const shopper = await newShopper(auth());
    await pool().query(
      `insert into password_reset_requests values (gen_random_uuid(), $1, now() - interval '61 minutes')`,
      [shopper.email],
    );

    while (await service.get(SendResetLinks).execute());

    const { rows } = await pool().query('select 1 from password_reset_tokens where user_id = $1', [
      shopper.userId,
    ]);
    expect(rows).toEqual([]);
  });
});

describe('resetting the password', () => {
  it('ends every session, on every gateway and for good, and only the new password signs in', async () => {
    const first = await newShopper(auth());
    const second = await signIn(auth(), first.email);
    const stranger = await newShopper(auth());

    await reset(await linkFor(first));

    for (const device of [first, second]) {
      expect(await isLive(device)).toBe(false);
      await expect(refresh(device)).rejects.toMatchObject(INVALID);
    }
    await expect(signIn(auth(), first.email)).rejects.toMatchObject({ code: 'INVALID_CREDENTIALS' });
    const { userId } = await signIn(auth(), first.email, { password: NEW_PASSWORD });
    expect(userId).toBe(first.userId);
    expect(await isLive(stranger)).toBe(true);
    await expect(refresh(stranger)).resolves.toBeDefined();
  });

  it('ends a session too that has no record of its own, as one begun before there were any', async () => {
    const shopper = await newShopper(auth());
    await pool().query('delete from sessions where user_id = $1', [shopper.userId]);

    await reset(await linkFor(shopper));

    expect(await isLive(shopper)).toBe(false);
    await expect(refresh(shopper)).rejects.toMatchObject(INVALID);
  });

  it('takes a link once, and voids the other links of the account', async () => {
    const shopper = await newShopper(auth());
    const [one, other] = [await linkFor(shopper), await linkFor(shopper)];

    await reset(one);

    await expect(reset(one, 'another password')).rejects.toMatchObject(INVALID);
    await expect(reset(other, 'another password')).rejects.toMatchObject(INVALID);
    await expect(signIn(auth(), shopper.email, { password: NEW_PASSWORD })).resolves.toBeDefined();
  });

  it('takes one link once when two are used three times each at once', async () => {
    const shopper = await newShopper(auth());
    const links = [await linkFor(shopper), await linkFor(shopper)];

    const tries = await Promise.allSettled(
      [...links, ...links, ...links].map((link, index) => reset(link, `analytical engine ${index}`)),
    );

    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const attempt of tries) {
      if (attempt.status === 'rejected') expect(attempt.reason).toMatchObject(INVALID);
    }
  });

  it('refuses a link after an hour, and one nobody sent', async () => {
    const shopper = await newShopper(auth());
    const token = await linkFor(shopper);
    await pool().query(
      `update password_reset_tokens set expires_at = now() - interval '1 second' where user_id = $1`,
      [shopper.userId],
    );

    await expect(reset(token)).rejects.toMatchObject(INVALID);
    await expect(reset('x'.repeat(43))).rejects.toMatchObject(INVALID);
    expect(await isLive(shopper)).toBe(true);
    await expect(signIn(auth(), shopper.email)).resolves.toBeDefined();

    await service.get(ExpiredTokenCleanup).run();
    const { rows } = await pool().query('select 1 from password_reset_tokens where user_id = $1', [
      shopper.userId,
    ]);
    expect(rows).toEqual([]);
  });

  it('holds a new password to the rules of the registration, and leaves the link good', async () => {
    const shopper = await newShopper(auth());
    const token = await linkFor(shopper);

    await expect(reset(token, 'password123')).rejects.toMatchObject({
      code: 'WEAK_PASSWORD',
      details: { fields: [{ field: 'password', message: 'is one of the most common passwords' }] },
    });

    expect(await isLive(shopper)).toBe(true);
    await expect(reset(token)).resolves.toBeDefined();
  });

  it('leaves out no sign-in with the old password that is under way', async () => {
    const shopper = await newShopper(auth());
    const token = await linkFor(shopper);
    const pause = pauseAt('auth.login-checked');

    const signingIn = Promise.allSettled([signIn(auth(), shopper.email)]);
    await pause.reached;
    await reset(token);
    pause.resume();
    const [outcome] = await signingIn;

    expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'INVALID_CREDENTIALS' } });
    const { rows } = await pool().query('select 1 from sessions where user_id = $1', [shopper.userId]);
    expect(rows).toEqual([]);
  });

  it('leaves out no refresh that is under way', async () => {
    const shopper = await newShopper(auth());
    const token = await linkFor(shopper);
    const pause = pauseAt('auth.refresh-rotated');

    const refreshing = Promise.allSettled([refresh(shopper)]);
    await pause.reached;
    const resetting = reset(token);
    pause.resume();
    const [outcome] = await refreshing;
    await resetting;

    expect(await isLive(shopper)).toBe(false);
    const refreshToken = outcome.status === 'fulfilled' ? outcome.value.refreshToken : shopper.refreshToken;
    await expect(refresh({ ...shopper, refreshToken })).rejects.toMatchObject(INVALID);
  });

  it('opens an account again that wrong passwords have locked', async () => {
    const shopper = await newShopper(auth());
    for (let count = 0; count < 5; count += 1) {
      await expect(signIn(auth(), shopper.email, { password: 'wrong password' })).rejects.toMatchObject({
        code: 'INVALID_CREDENTIALS',
      });
    }

    await reset(await linkFor(shopper));

    await expect(signIn(auth(), shopper.email, { password: NEW_PASSWORD })).resolves.toBeDefined();
  });
});
