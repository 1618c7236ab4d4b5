import { Database } from '@vici/database';
import { createEvent } from '@vici/events';
import { AccountAdminServiceDefinition, AuthServiceDefinition } from '@vici/proto-gen/auth';
import { eventually, pauseAt, useService, useTestRedis, walkByCursor } from '@vici/testing';
import { type Caller, newId, runInContext } from '@vici/utils';
import { beforeAll, describe, expect, it } from 'vitest';
import { authService } from '../auth.service.js';
import {
  type Device,
  deviceOf,
  from,
  newShopper,
  PASSWORD,
  sessionKey,
  signIn,
} from './fixtures/shopper.fixture.js';

const redis = useTestRedis();
const service = useService(authService, {
  BCRYPT_COST: '4',
  AUTH_BOOTSTRAP_ADMIN_EMAIL: 'admin@vici.local',
  AUTH_BOOTSTRAP_ADMIN_PASSWORD: 'ViciAdmin123!',
});
const auth = () => service.client(AuthServiceDefinition);
const admin = () => service.client(AccountAdminServiceDefinition);
const pool = () => service.get(Database).pool;

/** The administrator of the configuration. */
let root: Device;
beforeAll(async () => {
  root = await signIn(auth(), 'admin@vici.local', { password: 'ViciAdmin123!' });
});

const as = <T>(role: Caller['role'], work: () => Promise<T>, userId = root.userId) =>
  runInContext({ requestId: newId(), caller: { role, userId }, client: { ip: '203.0.113.5' } }, work);
const update = (userId: string, change: { role?: string; blocked?: boolean; note?: string }) =>
  as('admin', () => admin().updateAccount({ userId, ...change }));
const refresh = ({ refreshToken }: Device) => from({}, () => auth().refresh({ refreshToken }));
const isLive = async (device: Device) => (await redis.client.exists(sessionKey(device))) === 1;
const roleInSession = (device: Device) => redis.client.hget(sessionKey(device), 'role');
const auditOf = (targetId: string) =>
  as('admin', () => admin().listAuditEntries({ targetType: 'account', targetId }));

describe('blocking an account', () => {
  it('signs it out everywhere at once and keeps it out until it is unblocked', async () => {
    const shopper = await newShopper(auth());
    const phone = await signIn(auth(), shopper.email);

    const blocked = await update(shopper.userId, { blocked: true });

    expect(blocked).toMatchObject({ userId: shopper.userId, blocked: true, role: 'customer' });
    for (const device of [shopper, phone]) {
      expect(await isLive(device)).toBe(false);
      await expect(refresh(device)).rejects.toMatchObject({ code: 'INVALID_TOKEN' });
    }
    await expect(signIn(auth(), shopper.email)).rejects.toMatchObject({ code: 'ACCOUNT_BLOCKED' });
    await expect(signIn(auth(), shopper.email, { password: 'wrong password' })).rejects.toMatchObject({
      code: 'INVALID_CREDENTIALS',
    });

    await update(shopper.userId, { blocked: false });

    await expect(signIn(auth(), shopper.email)).resolves.toBeDefined();
  });

  it('leaves out no login that is under way', async () => {
    const { userId, email } = await newShopper(auth());
    const pause = pauseAt('auth.login-checked');

    const signingIn = Promise.allSettled([signIn(auth(), email)]);
    await pause.reached;
    await update(userId, { blocked: true });
    pause.resume();
    const [outcome] = await signingIn;

    expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'ACCOUNT_BLOCKED' } });
    const { rows } = await pool().query('select 1 from sessions where user_id = $1', [userId]);
    expect(rows).toEqual([]);
  });

  it('leaves out no refresh that is under way', async () => {
    const shopper = await newShopper(auth());
    const pause = pauseAt('auth.refresh-rotated');

    const refreshing = Promise.allSettled([refresh(shopper)]);
    await pause.reached;
    const blocking = update(shopper.userId, { blocked: true });
    pause.resume();
    const [outcome] = await refreshing;
    await blocking;

    expect(await isLive(shopper)).toBe(false);
    const refreshToken = outcome.status === 'fulfilled' ? outcome.value.refreshToken : shopper.refreshToken;
    await expect(refresh({ ...shopper, refreshToken })).rejects.toMatchObject({ code: 'INVALID_TOKEN' });
  });
});

describe('changing a role', () => {
  it('makes the old access tokens worth nothing; the session goes on with the new role', async () => {
    const shopper = await newShopper(auth());

    const changed = await update(shopper.userId, { role: 'support' });

    expect(changed.role).toBe('support');
    expect(await isLive(shopper)).toBe(false);
    const renewed = await refresh(shopper);
    expect(renewed.account?.role).toBe('support');
    expect(await roleInSession(deviceOf(renewed))).toBe('support');
  });

  it('gives no session the old role, not even one that refreshes at that moment', async () => {
    const shopper = await newShopper(auth());
    await update(shopper.userId, { role: 'support' });
    const renewed = deviceOf(await refresh(shopper));
    const pause = pauseAt('auth.refresh-rotated');

    const refreshing = refresh(renewed);
    await pause.reached;
    const demoting = update(shopper.userId, { role: 'customer' });
    pause.resume();
    const last = deviceOf(await refreshing);
    await demoting;

    expect(await roleInSession(last)).toBeNull();
    await refresh(last);
    expect(await roleInSession(last)).toBe('customer');
  });

  it('is told with every change of what somebody may do, and by nothing that changes nothing', async () => {
    const { userId, email } = await newShopper(auth());

    await update(userId, { role: 'admin' });
    await update(userId, { role: 'admin' });
    await update(userId, { blocked: true });

    await eventually(() => {
      const told = service
        .events()
        .filter(({ type, subject }) => type === 'user.access_changed' && subject === userId);
      expect(told.map(({ data }) => data)).toEqual([
        { userId, email, role: 'admin', blocked: false, changedAt: expect.any(String) },
        { userId, email, role: 'admin', blocked: true, changedAt: expect.any(String) },
      ]);
    });
  });

  it('refuses a role that is none, naming the field', async () => {
    const { userId } = await newShopper(auth());

    await expect(update(userId, { role: 'root' })).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
      details: { fields: [{ field: 'role', message: 'must be one of customer, support, admin' }] },
    });
    await expect(update(newId(), { role: 'support' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('the last administrator', () => {
  it('can neither be demoted nor blocked', async () => {
    for (const change of [{ role: 'customer' }, { blocked: true }]) {
      await expect(update(root.userId, change)).rejects.toMatchObject({ code: 'CONFLICT' });
    }
    expect(await isLive(root)).toBe(true);
    expect((await auditOf(root.userId)).entries).toEqual([]);
  });

  it('is left when two administrators demote each other at once', async () => {
    const other = await newShopper(auth());
    await update(other.userId, { role: 'admin' });

    const outcomes = await Promise.allSettled([
      update(root.userId, { role: 'customer' }),
      update(other.userId, { role: 'customer' }),
    ]);

    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'CONFLICT' },
    });
    await update(root.userId, { role: 'admin' });
    await update(other.userId, { role: 'customer' });
  });
});

describe('who may', () => {
  const refused = { code: 'FORBIDDEN' };

  it('support sees accounts and sessions, and changes nothing', async () => {
    const { userId } = await newShopper(auth());

    await expect(as('support', () => admin().listAccounts({}))).resolves.toBeDefined();
    await expect(as('support', () => admin().listAccountSessions({ userId }))).resolves.toBeDefined();
    const attempts: (() => Promise<unknown>)[] = [
      () => admin().updateAccount({ userId, blocked: true }),
      () => admin().updateAccount({ userId, role: 'admin' }),
      () => admin().updateAccount({ userId }),
      () => admin().endAccountSessions({ userId }),
      () => admin().resetTwoFactor({ userId }),
      () => admin().listAuditEntries({}),
    ];
    for (const attempt of attempts) await expect(as('support', attempt)).rejects.toMatchObject(refused);
  });

  it('customers and guests see nothing', async () => {
    for (const role of ['customer', 'anonymous'] as const) {
      await expect(as(role, () => admin().listAccounts({}))).rejects.toMatchObject(refused);
      await expect(as(role, () => admin().listAccountSessions({ userId: newId() }))).rejects.toMatchObject(
        refused,
      );
      await expect(as(role, () => admin().listAuditEntries({}))).rejects.toMatchObject(refused);
    }
  });
});

describe('the list of accounts', () => {
  const list = (filter: Parameters<ReturnType<typeof admin>['listAccounts']>[0]) =>
    as('admin', () => admin().listAccounts(filter));

  it('is searched by part of the address or the name, filtered and paged', async () => {
    const mark = newId().slice(-12);
    const register = (name: string) =>
      from({}, () =>
        auth().register({
          email: `${name}.${mark}@example.com`,
          password: PASSWORD,
          firstName: name,
          lastName: `Of_${mark}%`,
        }),
      );
    const first = await register('Anna');
    const second = await register('Bea');
    await update(second.account?.userId ?? '', { role: 'support', blocked: true });
    const ids = async (filter: Parameters<typeof list>[0]) =>
      (await list(filter)).accounts.map(({ userId }) => userId);

    expect(await ids({ search: mark.toUpperCase() })).toEqual([
      second.account?.userId,
      first.account?.userId,
    ]);
    expect(await ids({ search: mark, oldestFirst: true })).toEqual([
      first.account?.userId,
      second.account?.userId,
    ]);
    expect(await ids({ search: `anna of_${mark}%` })).toEqual([first.account?.userId]);
    expect(await ids({ search: `of%${mark}` })).toEqual([]);
    expect(await ids({ search: mark, role: 'support' })).toEqual([second.account?.userId]);
    expect(await ids({ search: mark, blocked: false })).toEqual([first.account?.userId]);
    const page = await list({ search: mark, page: { page: 2, limit: 1 } });
    expect(page.accounts.map(({ userId }) => userId)).toEqual([first.account?.userId]);
    expect(page.page).toMatchObject({ page: 2, limit: 1, total: 2n, totalIsEstimate: false });
    const walked = await walkByCursor(
      async (by) => {
        const answer = await list({ search: mark, page: by });
        return { items: answer.accounts, page: answer.page };
      },
      () => register('Cleo'),
    );
    expect(walked.map(({ firstName }) => firstName)).toEqual(['Bea', 'Anna']);
    await expect(list({ role: 'root' })).rejects.toMatchObject({ code: 'VALIDATION_FAILED' });
  });
});

describe("somebody's sessions", () => {
  it('are shown to staff, and ended one by one or all together', async () => {
    const laptop = await newShopper(auth());
    const phone = await signIn(auth(), laptop.email, { userAgent: 'Safari' });
    const { userId } = laptop;
    const list = async () =>
      (await as('admin', () => admin().listAccountSessions({ userId }))).sessions.map(({ id }) => id);
    const end = (sessionId?: string) =>
      as('admin', () =>
        admin().endAccountSessions({ userId, ...(sessionId !== undefined && { sessionId }) }),
      );
    expect(await list()).toEqual([phone.authSessionId, laptop.authSessionId]);

    expect(await end(phone.authSessionId)).toEqual({ ended: 1 });
    expect(await isLive(phone)).toBe(false);
    expect(await isLive(laptop)).toBe(true);
    await expect(end(phone.authSessionId)).rejects.toMatchObject({ code: 'NOT_FOUND' });

    expect(await end()).toEqual({ ended: 1 });
    await expect(refresh(laptop)).rejects.toMatchObject({ code: 'INVALID_TOKEN' });
    expect(await list()).toEqual([]);
    await expect(as('admin', () => admin().endAccountSessions({ userId: newId() }))).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });
});

describe('the audit log', () => {
  const list = (filter: Parameters<ReturnType<typeof admin>['listAuditEntries']>[0]) =>
    as('admin', () => admin().listAuditEntries(filter));

  it('tells who changed what, before and after, when and from where', async () => {
    const { userId } = await newShopper(auth());

    await update(userId, { role: 'support', note: 'Joins the team on Monday' });
    await update(userId, { role: 'support' });
    await update(userId, { blocked: true });

    const { entries } = await eventually(async () => {
      const found = await auditOf(userId);
      expect(found.entries).toHaveLength(2);
      return found;
    });
    const shared = {
      id: expect.any(String),
      actorRole: 'admin',
      actorId: root.userId,
      targetType: 'account',
      targetId: userId,
      network: '203.0.113.0/24',
      requestId: expect.any(String),
      recordedAt: expect.any(Date),
    };
    expect(entries).toEqual([
      { ...shared, action: 'account.block', beforeJson: '{"blocked":false}', afterJson: '{"blocked":true}' },
      {
        ...shared,
        action: 'account.role-change',
        beforeJson: '{"role":"customer"}',
        afterJson: '{"role":"support"}',
        note: 'Joins the team on Monday',
      },
    ]);
  });

  it('keeps what other services tell of, each act once, and is filtered and paged', async () => {
    const id = newId();
    const event = (action: string, recordedAt: string) =>
      createEvent('audit.recorded', {
        subject: id,
        data: {
          action,
          actor: { role: 'system', service: 'product-service' },
          target: { type: 'product', id },
          requestId: newId(),
          recordedAt,
        },
      });
    const created = event('product.create', '2026-01-01T10:00:00.000Z');
    await service.publish(created);
    await service.publish(created);
    await service.publish(event('product.update', '2026-01-02T10:00:00.000Z'));

    const target = { targetType: 'product', targetId: id };
    await eventually(async () => expect((await list(target)).page?.total).toBe(2n));
    const actions = async (filter: Parameters<typeof list>[0]) =>
      (await list({ ...target, ...filter })).entries.map(({ action }) => action);
    expect(await actions({})).toEqual(['product.update', 'product.create']);
    expect(await actions({ oldestFirst: true })).toEqual(['product.create', 'product.update']);
    expect(await actions({ action: 'product' })).toEqual(['product.update', 'product.create']);
    expect(await actions({ action: 'product.create' })).toEqual(['product.create']);
    expect(await actions({ action: 'prod' })).toEqual([]);
    expect(await actions({ from: new Date('2026-01-02T10:00:00Z') })).toEqual(['product.update']);
    expect(await actions({ to: new Date('2026-01-02T10:00:00Z') })).toEqual(['product.create']);
    expect(await actions({ page: { page: 2, limit: 1 } })).toEqual(['product.create']);
    const walked = await walkByCursor(async (page) => {
      const answer = await list({ ...target, page });
      return { items: answer.entries, page: answer.page };
    });
    expect(walked.map(({ action }) => action)).toEqual(['product.update', 'product.create']);
    expect(await actions({ actorId: root.userId })).toEqual([]);
    await expect(list({ action: '%' })).rejects.toMatchObject({ code: 'VALIDATION_FAILED' });
  });

  it('cannot be rewritten', async () => {
    await eventually(async () => expect((await list({})).page?.total).toBeGreaterThan(0n));

    await expect(pool().query(`update audit_log set actor_id = 'somebody else'`)).rejects.toThrow(
      'The audit log is only added to',
    );
    await expect(pool().query('delete from audit_log')).rejects.toThrow('The audit log is only added to');
  });
});
