import { Database } from '@vici/database';
import { createEvent } from '@vici/events';
import { NotificationServiceDefinition } from '@vici/proto-gen/notification';
import { asCaller, eventually, useMailInbox, useService } from '@vici/testing';
import { newId } from '@vici/utils';
import { describe, expect, it } from 'vitest';
import { SuppressionRepository } from '../application/suppression.repository.js';
import { notificationService } from '../notification.service.js';
import { usePeople } from './fixtures/people.fixture.js';

const mail = useMailInbox();
const service = useService(notificationService, () => ({ SMTP_URL: mail.smtpUrl }));
const person = usePeople(service, mail);
const reasonsFor = async (address: string) =>
  (await service.get(SuppressionRepository).of([address])).map(({ reason }) => reason);
const notifications = () => service.client(NotificationServiceDefinition);
const as = <T>(userId: string, work: () => Promise<T>) => asCaller({ role: 'customer', userId }, work);
const occurredAt = '2026-03-01T10:00:05.000Z';

describe('what is held on a person', () => {
  const answersOf = (requestId: string, type: string) =>
    service.events().filter((event) => event.subject === requestId && event.type === type);

  it('is given out on request, and is gone after an erasure', async () => {
    const [ada, other] = [await person({ language: 'vi' }), await person()];
    const [exportId, erasureId] = [newId(), newId()];
    const { userId, email } = ada;

    await service.publish(
      createEvent('privacy.export_requested', {
        subject: exportId,
        data: { requestId: exportId, userId, requestedAt: occurredAt },
      }),
    );
    const [exported] = await eventually(() => {
      const found = answersOf(exportId, 'privacy.data_exported');
      expect(found).toHaveLength(1);
      return found;
    });
    expect(exported?.data).toMatchObject({
      service: 'notification-service',
      data: {
        contacts: [{ email, role: 'customer' }],
        preferences: [{ language: 'vi' }],
        notifications: [{ title: 'Chào mừng bạn đến với Vici' }],
        deliveries: [{ recipient: email, template: 'welcome' }],
      },
    });

    await service.publish(
      createEvent('user.deleted', {
        subject: userId,
        data: { userId, requestId: erasureId, deletedAt: occurredAt },
      }),
    );
    const [erased] = await eventually(() => {
      const found = answersOf(erasureId, 'privacy.data_erased');
      expect(found).toHaveLength(1);
      return found;
    });
    expect(erased?.data).toMatchObject({
      erased: { notifications: 1, deliveries: 1, contacts: 1, preferences: 1, marketing_consents: 1 },
    });
    const inboxOf = (id: string) => as(id, () => notifications().listNotifications({}));
    expect((await inboxOf(userId)).notifications).toEqual([]);
    expect((await inboxOf(other.userId)).notifications).toHaveLength(1);
  });
});

describe('an address that nothing may be sent to', () => {
  const suppress = (address: string) => service.get(SuppressionRepository).add(address, 'complaint', newId());
  const erase = async (userId: string) => {
    const requestId = newId();
    await service.publish(
      createEvent('user.deleted', { subject: userId, data: { userId, requestId, deletedAt: occurredAt } }),
    );
    return await eventually(() => {
      const found = service
        .events()
        .find((event) => event.subject === requestId && event.type === 'privacy.data_erased');
      expect(found).toBeDefined();
      return found?.data;
    });
  };
  const kept = [{ what: 'suppressed addresses', count: 1, reason: expect.stringContaining('keyed hash') }];

  it('outlives the erasure of its owner, without standing anywhere, and the report says so', async () => {
    const { userId, email } = await person();
    await suppress(email.toUpperCase());

    expect(await erase(userId)).toMatchObject({ kept });

    const { pool } = service.get(Database);
    const { rows } = await pool.query('select * from suppressions');
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows).toLowerCase()).not.toContain(email.toLowerCase());
    expect(await reasonsFor(email)).toEqual(['complaint']);
    // A report that comes later leaves no address behind either.
    await suppress(email);
    expect((await pool.query('select address from suppressions')).rows).toEqual([{ address: null }]);
  });

  it('that stands as it was written, from before there were hashes, becomes one', async () => {
    const [once, twice] = [await person(), await person()];
    const { pool } = service.get(Database);
    for (const { email } of [once, twice]) {
      await pool.query(`insert into suppressions (address, reason, report_id) values ($1, 'bounce', 'r')`, [
        email.toLowerCase(),
      ]);
    }
    await suppress(twice.email);

    expect(await erase(once.userId)).toMatchObject({ kept });
    expect(await erase(twice.userId)).toMatchObject({ kept });

    const { rows } = await pool.query('select address from suppressions where address is not null');
    expect(rows).toEqual([]);
    expect(await reasonsFor(once.email)).toEqual(['bounce']);
    expect(await reasonsFor(twice.email)).toEqual(['complaint']);
  });
});
