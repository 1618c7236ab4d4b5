import { Database } from '@vici/database';
import { AuthServiceDefinition } from '@vici/proto-gen/auth';
import { useService, useTestRedis } from '@vici/testing';
import { newId } from '@vici/utils';
import { describe, expect, it } from 'vitest';
import { authService } from '../auth.service.js';
import { ExpiredTokenCleanup } from '../infrastructure/expired-token.cleanup.js';
import { type Device, deviceOf, from, newShopper, signIn } from './fixtures/shopper.fixture.js';

const DAY_MS = 86_400_000;

const redis = useTestRedis();
const service = useService(authService, { BCRYPT_COST: '4' });
const auth = () => service.client(AuthServiceDefinition);
const pool = () => service.get(Database).pool;

const list = async (device: Device) => (await from(device, () => auth().listSessions({}))).sessions;
const end = (device: Device, sessionId: string) => from(device, () => auth().endSession({ sessionId }));
const refresh = ({ refreshToken }: Device, client: { ip?: string; userAgent?: string } = {}) =>
  from(client, () => auth().refresh({ refreshToken }));

describe('the sessions of a user', () => {
  it('are listed with their device and network, the one seen last first', async () => {
    const laptop = await newShopper(auth());
    const phone = await signIn(auth(), laptop.email, { userAgent: 'Safari', ip: '203.0.113.9' });
    await newShopper(auth());

    const sessions = await list(phone);

    expect(sessions).toEqual([
      {
        id: phone.authSessionId,
        userAgent: 'Safari',
        network: '203.0.113.0/24',
        createdAt: expect.any(Date),
        lastSeenAt: expect.any(Date),
        current: true,
      },
      {
        id: laptop.authSessionId,
        userAgent: 'Firefox',
        network: expect.stringMatching(/^10\.1\.\d+\.0\/24$/),
        createdAt: expect.any(Date),
        lastSeenAt: expect.any(Date),
        current: false,
      },
    ]);
  });

  it('are seen again at each refresh, where it happens', async () => {
    const device = await newShopper(auth());
    const [before] = await list(device);

    await refresh(device, { ip: '198.51.100.7', userAgent: 'Firefox 2' });

    const [after] = await list(device);
    expect(after).toMatchObject({
      id: device.authSessionId,
      createdAt: before?.createdAt,
      network: '198.51.100.0/24',
      userAgent: 'Firefox 2',
    });
    const seen = [before, after].map((session) => session?.lastSeenAt?.getTime() ?? 0);
    expect(seen[1]).toBeGreaterThan(seen[0] ?? 0);
    expect(seen[0]).toBe(before?.createdAt?.getTime());
  });

  it('are gone from the list when they have ended or expired', async () => {
    const own = await newShopper(auth());
    const left = await signIn(auth(), own.email);
    const expired = await signIn(auth(), own.email);
    await from(left, () => auth().logout({}));
    await pool().query(`update sessions set expires_at = now() - interval '1 second' where session_id = $1`, [
      expired.authSessionId,
    ]);

    expect((await list(own)).map(({ id }) => id)).toEqual([own.authSessionId]);
    await expect(end(own, expired.authSessionId)).rejects.toMatchObject({ code: 'NOT_FOUND' });

    await service.get(ExpiredTokenCleanup).run();
    const { rows } = await pool().query('select session_id from sessions where user_id = $1', [own.userId]);
    expect(rows).toEqual([{ session_id: own.authSessionId }]);
  });

  it('are shown to nobody who is not signed in', async () => {
    await expect(from({}, () => auth().listSessions({}))).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    await expect(from({}, () => auth().endSession({ sessionId: newId() }))).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
    });
  });
});

describe('ending a session', () => {
  it('ends it at once and for good, and no other', async () => {
    const own = await newShopper(auth());
    const lost = await signIn(auth(), own.email);

    await end(own, lost.authSessionId);

    expect(await redis.client.exists(`session:${lost.authSessionId}`)).toBe(0);
    await expect(refresh(lost)).rejects.toMatchObject({ code: 'INVALID_TOKEN' });
    expect((await list(own)).map(({ id }) => id)).toEqual([own.authSessionId]);
    await expect(refresh(own)).resolves.toBeDefined();
    await expect(end(own, lost.authSessionId)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it("does not find somebody else's session, and leaves it alone", async () => {
    const own = await newShopper(auth());
    const stranger = await newShopper(auth());

    await expect(end(own, stranger.authSessionId)).rejects.toMatchObject({
      code: 'NOT_FOUND',
      details: { entity: 'Session', id: stranger.authSessionId },
    });
    await expect(end(own, newId())).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(end(own, 'mine')).rejects.toMatchObject({ code: 'VALIDATION_FAILED' });

    expect(await redis.client.exists(`session:${stranger.authSessionId}`)).toBe(1);
    await expect(refresh(stranger)).resolves.toBeDefined();
  });
});

describe('being remembered', () => {
  const lifetimes = async ({ authSessionId }: Device) => {
    const { rows } = await pool().query<{ days: number }>(
      `select round(extract(epoch from expires_at - issued_at) / 86400)::int as days
       from refresh_tokens where session_id = $1 order by issued_at`,
      [authSessionId],
    );
    return rows.map(({ days }) => days);
  };
  const redisDays = async ({ authSessionId }: Device) =>
    Math.round((await redis.client.pttl(`session:${authSessionId}`)) / DAY_MS);

  it('keeps a session for thirty days at every refresh, instead of seven', async () => {
    const { email } = await newShopper(auth());
    const remembered = await signIn(auth(), email, { remember: true });
    const plain = await signIn(auth(), email);

    deviceOf(await refresh(remembered));
    deviceOf(await refresh(plain));

    expect(await lifetimes(remembered)).toEqual([30, 30]);
    expect(await redisDays(remembered)).toBe(30);
    expect(await lifetimes(plain)).toEqual([7, 7]);
    expect(await redisDays(plain)).toBe(7);
  });
});
