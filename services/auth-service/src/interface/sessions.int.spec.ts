import { setTimeout as sleep } from 'node:timers/promises';
import { Database } from '@vici/database';
import { AuthServiceDefinition } from '@vici/proto-gen/auth';
import { eventually, pauseAt, useService, useTestRedis } from '@vici/testing';
import { newId } from '@vici/utils';
import { describe, expect, it } from 'vitest';
import { authService } from '../auth.service.js';
import { ExpiredTokenCleanup } from '../infrastructure/expired-token.cleanup.js';
import { type Device, deviceOf, from, newShopper, sessionKey, signIn } from './fixtures/shopper.fixture.js';

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

    expect(await redis.client.exists(sessionKey(lost))).toBe(0);
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

    expect(await redis.client.exists(sessionKey(stranger))).toBe(1);
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
  const redisDays = async (device: Device) =>
    Math.round((await redis.client.pttl(sessionKey(device))) / DAY_MS);

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

describe('refreshing', () => {
  const age = async (milliseconds: number) => {
    await pool().query('update refresh_tokens set used_at = used_at - $1::interval', [
      `${milliseconds} milliseconds`,
    ]);
  };

  it('gives a new pair of the same session', async () => {
    const first = await newShopper(auth());

    const second = await auth().refresh({ refreshToken: first.refreshToken });
    const third = await auth().refresh({ refreshToken: second.refreshToken });

    expect(second.account?.userId).toBe(first.userId);
    expect(new Set([first, second, third].map((pair) => pair.refreshToken)).size).toBe(3);
  });

  it('lets two tabs refresh with the same token within ten seconds', async () => {
    const { refreshToken } = await newShopper(auth());

    const tabs = await Promise.all([auth().refresh({ refreshToken }), auth().refresh({ refreshToken })]);

    for (const tab of tabs)
      await expect(auth().refresh({ refreshToken: tab.refreshToken })).resolves.toBeDefined();
  });

  it('ends the whole session when a used token comes back later', async () => {
    const first = await newShopper(auth());
    const second = await auth().refresh({ refreshToken: first.refreshToken });
    await age(11_000);

    const replayed = auth().refresh({ refreshToken: first.refreshToken });

    await expect(replayed).rejects.toMatchObject({ code: 'INVALID_TOKEN' });
    await expect(auth().refresh({ refreshToken: second.refreshToken })).rejects.toMatchObject({
      code: 'INVALID_TOKEN',
    });
    expect(await redis.client.exists(sessionKey(first))).toBe(0);
  });

  it('tells the owner once of a token that was used twice, from where, and counts it', async () => {
    const first = await newShopper(auth());
    const other = await signIn(auth(), first.email);
    await auth().refresh({ refreshToken: first.refreshToken });
    await age(11_000);

    const replay = () => refresh(first, { ip: '203.0.113.66' });
    const replays = await Promise.allSettled([replay(), replay()]);

    expect(replays.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    const notices = () =>
      service
        .events()
        .filter(({ type, subject }) => type === 'user.security_notice' && subject === first.userId);
    await eventually(() =>
      expect(notices().map(({ data }) => data)).toEqual([
        {
          userId: first.userId,
          notice: 'session_stolen',
          email: first.email,
          firstName: 'Ada',
          userAgent: 'Firefox',
          network: '203.0.113.0/24',
          occurredAt: expect.any(String),
        },
      ]),
    );
    expect(await (await fetch(`http://127.0.0.1:${service.running.httpPort}/metrics`)).text()).toMatch(
      /auth_sessions_stolen_total\{[^}]*\} [1-9]/,
    );
    await expect(auth().refresh({ refreshToken: other.refreshToken })).resolves.toBeDefined();
  });

  it('brings a session back that Redis has lost', async () => {
    const { refreshToken, userId } = await newShopper(auth());
    await redis.client.flushdb();

    await auth().refresh({ refreshToken });

    const [key = ''] = await redis.client.keys('session:*');
    expect(await redis.client.hget(key, 'userId')).toBe(userId);
  });

  it('leaves nothing of expired tokens behind, however many there are', async () => {
    const { userId, refreshToken } = await newShopper(auth());
    await pool().query(
      `insert into refresh_tokens (hash, session_id, user_id, issued_at, expires_at)
       select sha256(n::text::bytea), gen_random_uuid(), $1, now() - interval '8 days', now() - interval '1 day'
       from generate_series(1, 2500) n`,
      [userId],
    );

    await pool().query(`update verification_tokens set expires_at = now() - interval '1 minute'`);
    const newcomer = await newShopper(auth());

    await service.get(ExpiredTokenCleanup).run();

    const verifications = await pool().query('select user_id from verification_tokens');
    expect(verifications.rows).toEqual([{ user_id: newcomer.userId }]);
    const { rows } = await pool().query(
      'select count(*)::int as left from refresh_tokens where expires_at < now()',
    );
    expect(rows).toEqual([{ left: 0 }]);
    await expect(auth().refresh({ refreshToken })).resolves.toBeDefined();
  });

  it('refuses a token nobody gave out', async () => {
    await expect(auth().refresh({ refreshToken: 'x'.repeat(43) })).rejects.toMatchObject({
      code: 'INVALID_TOKEN',
    });
  });
});

describe('signing out', () => {
  it('ends the session for good while another tab is in the middle of a refresh', async () => {
    const device = await newShopper(auth());
    const { refreshToken } = device;
    const pause = pauseAt('auth.refresh-rotated');

    const refreshing = Promise.allSettled([auth().refresh({ refreshToken })]);
    await pause.reached;
    const leaving = from(device, () => auth().logout({}));
    await sleep(100);
    pause.resume();
    const [refreshed] = await refreshing;
    await leaving;

    expect(await redis.client.exists(sessionKey(device))).toBe(0);
    const next = refreshed?.status === 'fulfilled' ? refreshed.value.refreshToken : refreshToken;
    await expect(auth().refresh({ refreshToken: next })).rejects.toMatchObject({ code: 'INVALID_TOKEN' });
  });

  it('ends the session at once and for good, and may be repeated', async () => {
    const device = await newShopper(auth());
    const { refreshToken } = device;

    const logout = () => from(device, () => auth().logout({}));
    await logout();
    await logout();

    expect(await redis.client.exists(sessionKey(device))).toBe(0);
    await expect(auth().refresh({ refreshToken })).rejects.toMatchObject({ code: 'INVALID_TOKEN' });
  });
});
