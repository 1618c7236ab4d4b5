import { Database } from '@vici/database';
import { createEvent } from '@vici/events';
import { eventually, useMailInbox, useService } from '@vici/testing';
import { newId } from '@vici/utils';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { notificationService } from '../notification.service.js';

/** Everything the service writes to its log, at its most talkative. */
const log: string[] = [];
beforeAll(() => {
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => log.push(String(chunk)) > 0);
});
afterAll(() => {
  vi.restoreAllMocks();
});

const mail = useMailInbox();
const service = useService(notificationService, () => ({
  SMTP_URL: mail.smtpUrl,
  STOREFRONT_URL: 'https://shop.vici.test/',
  LOG_LEVEL: 'debug',
}));

it('leaves a reset link nowhere but in the mail: not in the log, not in the database once it is sent', async () => {
  const userId = newId();
  const resetToken = `secret-${userId}`;

  await service.publish(
    createEvent('user.password_reset_requested', {
      subject: userId,
      data: {
        userId,
        email: `${userId}@example.com`,
        firstName: 'Ada',
        resetToken,
        expiresAt: '2026-03-01T11:00:00.000Z',
      },
    }),
  );

  const deliveries = await eventually(async () => {
    const { rows } = await service
      .get(Database)
      .pool.query('select * from deliveries where user_id = $1', [userId]);
    expect(rows).toMatchObject([{ status: 'SENT', payload: null }]);
    return rows;
  });
  expect((await mail.messages()).map(({ text }) => text)).toEqual([expect.stringContaining(resetToken)]);
  expect(JSON.stringify(deliveries)).not.toContain(resetToken);
  await eventually(() => expect(log.join('')).toContain('mail sent'));
  expect(log.join('')).not.toContain(resetToken);
});
