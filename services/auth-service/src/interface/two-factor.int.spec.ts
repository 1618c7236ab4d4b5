import { Database } from '@vici/database';
import {
  AccountAdminServiceDefinition,
  AuthServiceDefinition,
  type SignedIn,
  TwoFactorServiceDefinition,
} from '@vici/proto-gen/auth';
import { asCaller, eventually, useService, useTestRedis } from '@vici/testing';
import { newId } from '@vici/utils';
import { generateSync } from 'otplib';
import { beforeEach, describe, expect, it } from 'vitest';
import { authService } from '../auth.service.js';
import { ExpiredTokenCleanup } from '../infrastructure/expired-token.cleanup.js';
import { type Device, deviceOf, from, newShopper, PASSWORD, sessionKey } from './fixtures/shopper.fixture.js';

const redis = useTestRedis();
const service = useService(authService, { BCRYPT_COST: '4' });
const auth = () => service.client(AuthServiceDefinition);
const twoFactor = () => service.client(TwoFactorServiceDefinition);
const pool = () => service.get(Database).pool;

const STEP_S = 30;
const WRONG = { code: 'INVALID_CREDENTIALS', message: 'The code is wrong or was used before.' };

/** The code of the step that many steps from now. */
const codeOf = (secret: string, steps = 0) =>
  generateSync({ secret, epoch: Math.floor(Date.now() / 1000) + steps * STEP_S });

interface ProtectedShopper {
  readonly shopper: Device;
  readonly secret: string;
  /** The code of the step at which the second factor was turned on. */
  readonly usedCode: string;
  readonly recoveryCodes: string[];
}

/** A shopper whose second factor is on, with the step of now used up. */
async function protectedShopper(): Promise<ProtectedShopper> {
  const shopper = await newShopper(auth());
  const { secret } = await from(shopper, () => twoFactor().enrolTwoFactor({ password: PASSWORD }));
  const usedCode = codeOf(secret);
  const { recoveryCodes } = await from(shopper, () => twoFactor().confirmTwoFactor({ code: usedCode }));
  return { shopper, secret, usedCode, recoveryCodes };
}
const login = (email: string, remember = false) =>
  from({}, () => auth().login({ email, password: PASSWORD, remember }));
const challengeOf = ({ challenge }: SignedIn) => challenge?.challenge ?? '';
const complete = (challenge: string, code: string) =>
  from({}, () => twoFactor().completeLogin({ challenge, code }));
const noticesOf = ({ userId }: Device) =>
  service
    .events()
    .flatMap((event) =>
      event.type === 'user.security_notice' && event.subject === userId ? [event.data.notice] : [],
    );

beforeEach(async () => {
  await redis.client.flushdb();
});

describe('turning the second factor on', () => {
  it('gives a secret, its URI and its QR code, and asks for nothing before the first code', async () => {
    const shopper = await newShopper(auth());

    const { secret, otpauthUri, qrCode } = await from(shopper, () =>
      twoFactor().enrolTwoFactor({ password: PASSWORD }),
    );

    expect(secret).toMatch(/^[A-Z2-7]{32}$/);
    expect(otpauthUri).toBe(
      `otpauth://totp/Vici:${encodeURIComponent(shopper.email)}?secret=${secret}&issuer=Vici`,
    );
    expect(qrCode).toMatch(/^data:image\/png;base64,iVBOR/);
    expect((await login(shopper.email)).accessToken).not.toBe('');
    expect(await from(shopper, () => twoFactor().getTwoFactor({}))).toMatchObject({ enabled: false });
  });

  it('takes a code of the app, gives ten recovery codes, and tells the owner', async () => {
    const { shopper, recoveryCodes } = await protectedShopper();

    expect(new Set(recoveryCodes).size).toBe(10);
    for (const code of recoveryCodes) expect(code).toMatch(/^([A-Z2-7]{4}-){3}[A-Z2-7]{4}$/);
    expect(await from(shopper, () => twoFactor().getTwoFactor({}))).toEqual({
      enabled: true,
      enabledAt: expect.any(Date),
      recoveryCodesLeft: 10,
    });
    await eventually(() => expect(noticesOf(shopper)).toEqual(['two_factor_enabled']));
  });

  it('stores neither the secret nor a recovery code that could be read', async () => {
    const { shopper, secret, recoveryCodes } = await protectedShopper();

    const { rows } = await pool().query(
      `select encode(secret_encrypted, 'escape') as stored from two_factors where user_id = $1
       union all select encode(hash, 'escape') from recovery_codes where user_id = $1`,
      [shopper.userId],
    );
    const stored = JSON.stringify(rows);
    expect(rows).toHaveLength(11);
    expect(stored).not.toContain(secret);
    for (const code of recoveryCodes) expect(stored).not.toContain(code.replaceAll('-', ''));
  });

  it('needs the password, a right code, and that it is not on', async () => {
    const shopper = await newShopper(auth());
    const confirm = (code: string) => from(shopper, () => twoFactor().confirmTwoFactor({ code }));
    const enrol = (password = PASSWORD) => from(shopper, () => twoFactor().enrolTwoFactor({ password }));

    await expect(enrol('wrong password')).rejects.toMatchObject({ code: 'INVALID_CREDENTIALS' });
    await expect(confirm('123456')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const { secret: outdated } = await enrol();
    const { secret } = await enrol();
    await expect(confirm(codeOf(outdated))).rejects.toMatchObject(WRONG);
    await expect(confirm('not a code')).rejects.toMatchObject(WRONG);
    await confirm(codeOf(secret, 1));
    await expect(enrol()).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(confirm(codeOf(secret, 1))).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(from({}, () => twoFactor().enrolTwoFactor({ password: PASSWORD }))).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
    });
  });
});

describe('signing in with the second factor', () => {
  it('answers the password with a challenge, and the code with a session as it was asked for', async () => {
    const { shopper, secret } = await protectedShopper();

    const answer = await login(shopper.email, true);

    expect(answer).toEqual({
      account: undefined,
      accessToken: '',
      refreshToken: '',
      expiresIn: 0,
      challenge: { challenge: expect.stringMatching(/^[\w-]{43}$/), expiresIn: 300 },
    });
    const signedIn = await complete(challengeOf(answer), codeOf(secret, 1));
    expect(signedIn.account).toMatchObject({ userId: shopper.userId, twoFactor: true });
    const device = deviceOf(signedIn);
    const { rows } = await pool().query('select remember from sessions where session_id = $1', [
      device.authSessionId,
    ]);
    expect(rows).toEqual([{ remember: true }]);
    await expect(from({}, () => auth().refresh(device))).resolves.toBeDefined();
  });

  it('gives no session for the password alone', async () => {
    const { shopper } = await protectedShopper();
    const { rows: before } = await pool().query('select 1 from sessions where user_id = $1', [
      shopper.userId,
    ]);

    await login(shopper.email);

    const { rows } = await pool().query('select 1 from sessions where user_id = $1', [shopper.userId]);
    expect(rows).toHaveLength(before.length);
  });

  it('takes no code twice, not even at the same moment', async () => {
    const { shopper, secret } = await protectedShopper();
    const challenges = await Promise.all([login(shopper.email), login(shopper.email), login(shopper.email)]);
    const code = codeOf(secret, 1);

    const outcomes = await Promise.allSettled(
      challenges.slice(0, 2).map((answer) => complete(challengeOf(answer), code)),
    );
    const later = complete(challengeOf(challenges[2] ?? challenges[0]), code);

    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({ reason: WRONG });
    await expect(later).rejects.toMatchObject(WRONG);
  });

  it('takes no challenge twice, none that is too late, and none that nobody gave out', async () => {
    const { shopper, secret, recoveryCodes } = await protectedShopper();
    const [one = '', two = ''] = recoveryCodes;
    const used = challengeOf(await login(shopper.email));
    await complete(used, codeOf(secret, 1));
    const late = challengeOf(await login(shopper.email));
    await pool().query(`update login_challenges set expires_at = now() - interval '1 second'`);

    for (const challenge of [used, late, 'x'.repeat(43)]) {
      await expect(complete(challenge, one)).rejects.toMatchObject({ code: 'INVALID_TOKEN' });
    }
    await complete(challengeOf(await login(shopper.email)), one);
    await service.get(ExpiredTokenCleanup).run();
    const { rows } = await pool().query('select 1 from login_challenges where user_id = $1', [
      shopper.userId,
    ]);
    expect(rows).toEqual([]);
    await expect(complete(late, two)).rejects.toMatchObject({ code: 'INVALID_TOKEN' });
  });

  it('keeps the challenge after a wrong code, and locks after five', async () => {
    const { shopper, secret } = await protectedShopper();
    const challenge = challengeOf(await login(shopper.email));
    const wrong = codeOf(secret, 5);

    for (let count = 0; count < 5; count += 1) {
      await expect(complete(challenge, wrong)).rejects.toMatchObject(WRONG);
    }

    await expect(complete(challenge, codeOf(secret, 1))).rejects.toMatchObject({ code: 'ACCOUNT_LOCKED' });
    await redis.client.flushdb();
    await expect(complete(challenge, codeOf(secret, 1))).resolves.toBeDefined();
  });

  it('takes each recovery code once, in any spelling, and tells the owner', async () => {
    const { shopper, recoveryCodes } = await protectedShopper();
    const [code = ''] = recoveryCodes;

    await complete(challengeOf(await login(shopper.email)), ` ${code.toLowerCase().replaceAll('-', ' ')} `);

    const again = challengeOf(await login(shopper.email));
    await expect(complete(again, code)).rejects.toMatchObject(WRONG);
    expect(await from(shopper, () => twoFactor().getTwoFactor({}))).toMatchObject({ recoveryCodesLeft: 9 });
    await eventually(() => expect(noticesOf(shopper)).toEqual(['two_factor_enabled', 'recovery_code_used']));
  });

  it("takes nobody else's recovery code", async () => {
    const { shopper } = await protectedShopper();
    const { recoveryCodes } = await protectedShopper();
    const challenge = challengeOf(await login(shopper.email));

    await expect(complete(challenge, recoveryCodes[0] ?? '')).rejects.toMatchObject(WRONG);
  });

  it('makes a challenge worth nothing when the password has changed since', async () => {
    const { shopper, secret } = await protectedShopper();
    const challenge = challengeOf(await login(shopper.email));
    await from(shopper, () =>
      auth().changePassword({ currentPassword: PASSWORD, newPassword: 'analytical engine' }),
    );

    await expect(complete(challenge, codeOf(secret, 1))).rejects.toMatchObject({
      code: 'INVALID_CREDENTIALS',
    });
  });

  it('refuses a blocked account, which only the holder of both factors learns', async () => {
    const { shopper, secret } = await protectedShopper();
    const challenge = challengeOf(await login(shopper.email));
    await pool().query('update accounts set blocked_at = now() where user_id = $1', [shopper.userId]);

    await expect(complete(challenge, codeOf(secret, 1))).rejects.toMatchObject({ code: 'ACCOUNT_BLOCKED' });
  });
});

describe('turning the second factor off', () => {
  const disable = (device: Device, code: string, password = PASSWORD) =>
    from(device, () => twoFactor().disableTwoFactor({ password, code }));

  it('needs the password and a code; then the password is enough again', async () => {
    const { shopper, secret, usedCode } = await protectedShopper();

    await expect(disable(shopper, codeOf(secret, 1), 'wrong password')).rejects.toMatchObject({
      code: 'INVALID_CREDENTIALS',
      message: 'The password is wrong.',
    });
    await expect(disable(shopper, usedCode)).rejects.toMatchObject(WRONG);
    await disable(shopper, codeOf(secret, 1));

    expect((await login(shopper.email)).accessToken).not.toBe('');
    await expect(disable(shopper, codeOf(secret, 1))).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const { rows } = await pool().query(
      'select user_id from two_factors where user_id = $1 union all select user_id from recovery_codes where user_id = $1',
      [shopper.userId],
    );
    expect(rows).toEqual([]);
    await eventually(() => expect(noticesOf(shopper)).toEqual(['two_factor_enabled', 'two_factor_disabled']));
  });

  it('can be done with a recovery code, when the app is lost', async () => {
    const { shopper, recoveryCodes } = await protectedShopper();

    await disable(shopper, recoveryCodes[3] ?? '');

    expect((await login(shopper.email)).accessToken).not.toBe('');
  });
});

describe('new recovery codes', () => {
  it('replace the old ones, after password and code', async () => {
    const { shopper, secret, recoveryCodes } = await protectedShopper();
    const replace = (code: string) =>
      from(shopper, () => twoFactor().replaceRecoveryCodes({ password: PASSWORD, code }));

    await expect(replace('000000')).rejects.toMatchObject(WRONG);
    const { recoveryCodes: fresh } = await replace(codeOf(secret, 1));

    expect(fresh).toHaveLength(10);
    const challenge = challengeOf(await login(shopper.email));
    await expect(complete(challenge, recoveryCodes[0] ?? '')).rejects.toMatchObject(WRONG);
    await expect(complete(challenge, fresh[0] ?? '')).resolves.toBeDefined();
  });
});

describe('a second factor that its owner has lost', () => {
  const admin = () => service.client(AccountAdminServiceDefinition);
  const staffId = newId();
  const asStaff = <T>(work: () => Promise<T>, userId: string = staffId) =>
    asCaller({ role: 'admin', userId }, work);
  const reset = (userId: string, note?: string) =>
    asStaff(() => admin().resetTwoFactor({ userId, ...(note !== undefined && { note }) }));
  const acts = async (targetId: string) =>
    (await asStaff(() => admin().listAuditEntries({ targetType: 'account', targetId }))).entries;

  it('is turned off by staff: signed out everywhere, the owner needs the password alone, and is told', async () => {
    const { shopper, secret } = await protectedShopper();
    const challenge = challengeOf(await login(shopper.email));

    const after = await reset(shopper.userId, ' Showed an identity card ');

    expect(after).toMatchObject({ userId: shopper.userId, twoFactor: false });
    expect(await redis.client.exists(sessionKey(shopper))).toBe(0);
    await expect(from({}, () => auth().refresh(shopper))).rejects.toMatchObject({ code: 'INVALID_TOKEN' });
    await expect(complete(challenge, codeOf(secret, 1))).rejects.toMatchObject(WRONG);
    expect((await login(shopper.email)).accessToken).not.toBe('');
    await eventually(async () => {
      expect(noticesOf(shopper)).toEqual(['two_factor_enabled', 'two_factor_reset']);
      expect(await acts(shopper.userId)).toEqual([
        expect.objectContaining({
          action: 'account.two-factor-reset',
          actorId: staffId,
          beforeJson: '{"twoFactor":true}',
          afterJson: '{"twoFactor":false}',
          note: 'Showed an identity card',
        }),
      ]);
    });
    // What it was done from is nothing the owner is told of.
    const notice = service
      .events()
      .find(
        ({ type, subject, data }) =>
          type === 'user.security_notice' &&
          subject === shopper.userId &&
          Reflect.get(data, 'notice') === 'two_factor_reset',
      );
    expect(notice?.data).toMatchObject({ userAgent: '', network: '' });
  });

  it('is nothing to be turned off where there is none, and never ones own', async () => {
    const shopper = await newShopper(auth());
    const { shopper: staff } = await protectedShopper();

    await expect(reset(shopper.userId)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(reset(newId())).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(
      asStaff(() => admin().resetTwoFactor({ userId: staff.userId }), staff.userId),
    ).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(reset(shopper.userId, 'x'.repeat(501))).rejects.toMatchObject({
      details: { fields: [{ field: 'note', message: 'must have at most 500 characters' }] },
    });
    expect(await redis.client.exists(sessionKey(shopper))).toBe(1);
    expect(await acts(shopper.userId)).toEqual([]);
  });
});
