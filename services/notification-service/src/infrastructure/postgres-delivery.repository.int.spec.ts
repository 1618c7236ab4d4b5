import { eventsMigrations } from '@vici/events';
import { useTestDatabase } from '@vici/testing';
import { newId, WakeSignal } from '@vici/utils';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ClaimedDelivery } from '../domain/delivery.js';
import type { NotificationTables } from './notification.tables.js';
import { PostgresDeliveryRepository } from './postgres-delivery.repository.js';

const LEASE_MS = 60_000;
const LAPSED_MS = -1;

const postgres = useTestDatabase<NotificationTables>([
  eventsMigrations,
  new URL('../../migrations/', import.meta.url),
]);
const deliveries = () => new PostgresDeliveryRepository(postgres.database, new WakeSignal());

beforeEach(async () => {
  await postgres.database.query.deleteFrom('deliveries').execute();
});

async function add(count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, () => newId());
  const kind = { channel: 'email', purpose: 'account', template: 'welcome' } as const;
  const mail = { ...kind, recipient: 'ada@example.com', subject: 's', html: 'h', text: 't' };
  await postgres.database.transaction(async () => {
    await deliveries().add(ids.map((id) => ({ id, eventId: newId(), userId: newId(), ...mail })));
  });
  return ids;
}

/** The only due delivery. */
async function claimOne(leaseMs = LEASE_MS): Promise<ClaimedDelivery> {
  const [claim, ...more] = await deliveries().claim(10, leaseMs);
  if (claim === undefined || more.length > 0) throw new Error('Exactly one delivery should be due');
  return claim;
}

const statusOf = async (id: string) =>
  (
    await postgres.database.query
      .selectFrom('deliveries')
      .select('status')
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
  ).status;

describe('claiming deliveries', () => {
  it('passes over what another sender is claiming, without waiting for it', async () => {
    await add(2);

    const { first, second, third } = await postgres.database.transaction(async () => ({
      first: await deliveries().claim(1, LEASE_MS),
      second: await postgres.database.outsideTransaction(() => deliveries().claim(10, LEASE_MS)),
      third: await postgres.database.outsideTransaction(() => deliveries().claim(10, LEASE_MS)),
    }));

    expect([first.length, second.length, third.length]).toEqual([1, 1, 0]);
    expect(second[0]?.id).not.toBe(first[0]?.id);
    expect(await deliveries().claim(10, LEASE_MS)).toEqual([]);
  });

  it('gives each to one of many senders', async () => {
    const ids = await add(100);

    const claims = await Promise.all(Array.from({ length: 10 }, () => deliveries().claim(20, LEASE_MS)));
    const rest = await deliveries().claim(100, LEASE_MS);

    const claimed = [...claims.flat(), ...rest].map(({ id }) => id);
    expect(claimed.toSorted()).toEqual(ids.toSorted());
  });

  it('takes over a claim that has lapsed, as a further attempt', async () => {
    await add(1);

    const first = await claimOne(LAPSED_MS);
    const second = await claimOne();

    expect([first.attempt, second.attempt]).toEqual([1, 2]);
    expect(await deliveries().claim(10, LEASE_MS)).toEqual([]);
  });

  it('leaves a postponed delivery until its time', async () => {
    await add(1);
    await deliveries().postpone(await claimOne(), 'SMTP down', 60_000);
    const early = await deliveries().claim(10, LEASE_MS);

    await postgres.database.query
      .updateTable('deliveries')
      .set({ next_attempt_at: new Date(0) })
      .execute();

    expect(early).toEqual([]);
    expect((await claimOne()).attempt).toBe(2);
  });
});

describe('a sender whose claim was taken over', () => {
  it('can no longer postpone the delivery or give it up', async () => {
    const [id = ''] = await add(1);
    const stale = await claimOne(LAPSED_MS);
    await claimOne();

    await deliveries().postpone(stale, 'late', 0);
    const gaveUp = await deliveries().markFailed(stale, 'late');

    expect(gaveUp).toBe(false);
    expect(await statusOf(id)).toBe('SENDING');
    expect(await deliveries().claim(10, LEASE_MS)).toEqual([]);
  });

  it('can still say that the mail was accepted, and only the first to say so is told that it was news', async () => {
    const [id = ''] = await add(1);
    const late = await claimOne(LAPSED_MS);
    const current = await claimOne();

    const first = await deliveries().markSent([{ delivery: late, receipt: 'first' }]);
    const second = await deliveries().markSent([{ delivery: current, receipt: 'second' }]);
    await deliveries().postpone(current, 'late', 0);

    expect([[...first], [...second]]).toEqual([[id], []]);
    expect(await statusOf(id)).toBe('SENT');
    expect(await deliveries().countOpen()).toBe(0);
  });
});
