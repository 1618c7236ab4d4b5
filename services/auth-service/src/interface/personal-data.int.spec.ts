import { Database } from '@vici/database';
import { createEvent } from '@vici/events';
import { AuthServiceDefinition } from '@vici/proto-gen/auth';
import { eventually, useService, useTestRedis } from '@vici/testing';
import { newId } from '@vici/utils';
import { describe, expect, it } from 'vitest';
import { authService } from '../auth.service.js';
import { from, newShopper, PASSWORD, sessionKey, signIn } from './fixtures/shopper.fixture.js';

const redis = useTestRedis();
const service = useService(authService, { BCRYPT_COST: '4' });
const auth = () => service.client(AuthServiceDefinition);
const pool = () => service.get(Database).pool;

const answersTo = (requestId: string) =>
  service
    .events()
    .filter(({ subject }) => subject === requestId)
    .map(({ type, data }) => ({ type, data }));

describe('what is held on a person', () => {
  it('is given out without secrets', async () => {
    const shopper = await newShopper(auth());
    const requestId = newId();
    await service.publish(
      createEvent('privacy.export_requested', {
        subject: requestId,
        data: { requestId, userId: shopper.userId, requestedAt: new Date().toISOString() },
      }),
    );
    const [answer] = await eventually(() => {
      const answers = answersTo(requestId);
      expect(answers).toHaveLength(1);
      return answers;
    });
    expect(answer?.data).toMatchObject({
      service: 'auth-service',
      last: true,
      data: { account: [{ email: shopper.email, first_name: 'Ada' }], devices: [{ user_agent: 'Firefox' }] },
    });
    expect(JSON.stringify(answer)).not.toMatch(/hash|secret|\$2[aby]\$/);
  });

  it('is given up: the account is gone, every session ends at once, and its address is free again', async () => {
    const shopper = await newShopper(auth());
    const other = await signIn(auth(), shopper.email);
    const requestId = newId();
    const event = createEvent('user.deleted', {
      subject: shopper.userId,
      data: { userId: shopper.userId, requestId, deletedAt: new Date().toISOString() },
    });
    await service.publish(event);
    await service.publish(event);

    await eventually(() => expect(answersTo(requestId)).toHaveLength(1));
    expect(answersTo(requestId)[0]?.data).toMatchObject({ erased: { accounts: 1, sessions: 2 }, kept: [] });
    for (const device of [shopper, other]) {
      expect(await redis.client.exists(sessionKey(device))).toBe(0);
    }
    await expect(signIn(auth(), shopper.email)).rejects.toMatchObject({ code: 'INVALID_CREDENTIALS' });
    await expect(from({}, () => auth().refresh({ refreshToken: other.refreshToken }))).rejects.toMatchObject({
      code: 'INVALID_TOKEN',
    });
    const again = await from({}, () =>
      auth().register({ email: shopper.email, password: PASSWORD, firstName: 'New', lastName: 'Person' }),
    );
    expect(again.account?.userId).not.toBe(shopper.userId);
  });
});

describe('confirming who asks', () => {
  it('takes the password and nothing else', async () => {
    const shopper = await newShopper(auth());
    await expect(from(shopper, () => auth().confirmIdentity({ password: PASSWORD }))).resolves.toEqual({});
    for (const password of ['wrong password', undefined]) {
      await expect(from(shopper, () => auth().confirmIdentity({ password }))).rejects.toMatchObject({
        code: 'INVALID_CREDENTIALS',
      });
    }
    await expect(from({}, () => auth().confirmIdentity({ password: PASSWORD }))).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
    });
  });

  it('takes a new session of an account that has no password, and no old one', async () => {
    const shopper = await newShopper(auth());
    await pool().query('update accounts set password_hash = null where user_id = $1', [shopper.userId]);
    await expect(from(shopper, () => auth().confirmIdentity({}))).resolves.toEqual({});
    await pool().query(`update sessions set created_at = now() - interval '11 minutes' where user_id = $1`, [
      shopper.userId,
    ]);
    await expect(from(shopper, () => auth().confirmIdentity({}))).rejects.toMatchObject({
      code: 'SESSION_ENDED',
    });
  });
});
