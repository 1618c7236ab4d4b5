import { runInContext } from '@vici/utils';
import { describe, expect, it } from 'vitest';
import { useEvents } from '../../test/events-fixture.js';
import { OutboxPublisher } from '../outbox/outbox.publisher.js';
import { AuditTrail } from './audit-trail.js';

const events = useEvents();
const ADMIN = {
  requestId: 'r-1',
  caller: { role: 'admin', userId: 'admin-1', authSessionId: 's-1' },
  client: { ip: '203.0.113.77', userAgent: 'test' },
} as const;
const ENTRY = {
  action: 'user.block',
  target: { type: 'user', id: 'u-1' },
  before: { blocked: false, email: 'ada@example.com' },
  after: { blocked: true, profile: { phone: '+1 415 555 0100', city: 'London' } },
  note: 'asked for by ada@example.com',
};

function record(fails = false): Promise<void> {
  const { database } = events.postgres;
  const trail = new AuditTrail(new OutboxPublisher(database, () => undefined), 'user-service');
  return runInContext(ADMIN, () =>
    database.transaction(async () => {
      await trail.record(ENTRY);
      if (fails) throw new Error('the act fails');
    }),
  );
}

async function recorded(): Promise<unknown[]> {
  const { rows } = await events.postgres.database.pool.query<{ payload: string }>(
    "select payload from outbox where topic = 'audit-events'",
  );
  return rows.map(({ payload }) => JSON.parse(payload));
}

describe('the audit trail', () => {
  it('says who did what, from which network, with personal data masked', async () => {
    await record();
    expect(await recorded()).toEqual([
      expect.objectContaining({
        type: 'audit.recorded',
        source: 'vici/user-service',
        subject: 'u-1',
        data: {
          action: 'user.block',
          actor: { role: 'admin', userId: 'admin-1' },
          target: { type: 'user', id: 'u-1' },
          before: { blocked: false, email: '[redacted]' },
          after: { blocked: true, profile: { phone: '[redacted]', city: 'London' } },
          note: 'asked for by [redacted]',
          network: '203.0.113.0/24',
          requestId: 'r-1',
          recordedAt: expect.stringMatching(/^\d{4}-.*Z$/),
        },
      }),
    ]);
  });

  it('keeps nothing of an act that did not happen', async () => {
    await expect(record(true)).rejects.toThrow('the act fails');
    expect(await recorded()).toEqual([]);
  });

  it('records nothing outside of a transaction', async () => {
    const trail = new AuditTrail(
      new OutboxPublisher(events.postgres.database, () => undefined),
      'user-service',
    );
    await expect(trail.record(ENTRY)).rejects.toThrow('needs an open transaction');
  });
});
