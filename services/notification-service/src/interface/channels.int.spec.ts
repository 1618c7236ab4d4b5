import { createHmac } from 'node:crypto';
import { Database } from '@vici/database';
import { createEvent, type DomainEvent } from '@vici/events';
import {
  NotificationAdminServiceDefinition,
  NotificationServiceDefinition,
} from '@vici/proto-gen/notification';
import { asCaller, eventually, useMailInbox, useService, walkByCursor } from '@vici/testing';
import { newId } from '@vici/utils';
import { describe, expect, it } from 'vitest';
import { ConsentRules } from '../application/consent.rules.js';
import { ContactRepository } from '../application/contact.repository.js';
import { CLAIM_MS, DeliveryRepository } from '../application/delivery.repository.js';
import { SuppressionRepository } from '../application/suppression.repository.js';
import { UnsubscribeLinks } from '../application/unsubscribe.js';
import type { Purpose } from '../domain/delivery.js';
import { parseQuietHours } from '../domain/sending-rules.js';
import { notificationService } from '../notification.service.js';
import { anOrder, confirmed } from './fixtures/order-event.fixture.js';

const SECRET = 'report-secret-of-the-test';
const mail = useMailInbox();
const service = useService(notificationService, () => ({
  SMTP_URL: mail.smtpUrl,
  QUIET_HOURS: '0-0',
  MARKETING_PER_DAY: '1',
  MAIL_REPORT_SECRET: SECRET,
  STOREFRONT_URL: 'https://shop.vici.test/',
  PUBLIC_API_URL: 'https://api.vici.test',
}));
const notifications = () => service.client(NotificationServiceDefinition);
const deliveries = () => service.client(NotificationAdminServiceDefinition);
const asAdmin = <T>(work: () => Promise<T>) => asCaller({ role: 'admin', userId: newId() }, work);
const anybody = <T>(work: () => Promise<T>) => asCaller({ role: 'anonymous' }, work);
const occurredAt = '2026-03-01T10:00:05.000Z';

const deliveriesOf = async (userId: string) => {
  const { deliveries: found } = await asAdmin(() => deliveries().searchDeliveries({ filter: { userId } }));
  return found.map(({ channel, template, status, error }) => ({ channel, template, status, error }));
};
const settled = (userId: string, count: number) =>
  eventually(async () => {
    const found = await deliveriesOf(userId);
    expect(found.filter(({ status }) => status !== 'PENDING' && status !== 'SENDING')).toHaveLength(count);
    return found;
  });

interface Choice {
  readonly sms?: boolean;
  readonly email?: boolean;
  readonly marketing?: boolean;
}

const names = { firstName: 'Ada', lastName: 'Byron' };
const preferences = (userId: string, chosen: Choice) =>
  createEvent('user.updated', {
    subject: userId,
    data: {
      userId,
      ...names,
      phone: '+442071234567',
      emailNotifications: chosen.email ?? true,
      smsNotifications: chosen.sms ?? false,
      marketingEmails: chosen.marketing ?? false,
      language: 'en',
      currency: 'USD',
    },
  });
const reminderTo = async (email: string) =>
  (await mail.messages()).find(({ to, subject }) => to.includes(email) && subject.includes('cart'));

/** Publishes an event and waits until it has taken effect. */
async function handled(event: DomainEvent): Promise<void> {
  await service.publish(event);
  const { pool } = service.get(Database);
  await eventually(async () => {
    const { rows } = await pool.query('select 1 from inbox where event_id = $1', [event.id]);
    expect(rows).not.toEqual([]);
  });
}

async function person(chosen: Choice = {}) {
  const userId = newId();
  const email = `${userId}@example.com`;
  await service.publish(preferences(userId, chosen));
  const registered = { userId, email, ...names, role: 'customer', registeredAt: occurredAt } as const;
  await service.publish(createEvent('user.registered', { subject: userId, data: registered }));
  await settled(userId, 1);
  return { userId, email };
}

const shipped = (order: ReturnType<typeof anOrder>) =>
  createEvent('order.shipped', { subject: order.orderId, data: { order, occurredAt } });
const abandoned = (userId: string) =>
  createEvent('cart.abandoned', {
    subject: userId,
    data: {
      cartId: newId(),
      userId,
      occurredAt,
      subtotal: { amountMinor: 5_500, currency: 'USD' },
      items: [
        { productId: newId(), name: 'Mug & saucer', image: '', quantity: 2 },
        { productId: newId(), name: 'Lamp', image: '', quantity: 1 },
      ],
      restoreToken: 'secret+token',
    },
  });

function report(events: readonly object[], secret = SECRET) {
  const body = Buffer.from(JSON.stringify({ events }));
  const seconds = Math.floor(Date.now() / 1_000);
  const hex = createHmac('sha256', secret).update(`${seconds}.`).update(body).digest('hex');
  return { body, signature: `t=${seconds},v1=${hex}` };
}

describe('preferences', () => {
  it('add a text message, which a development machine shows in the inbox page', async () => {
    const { userId, email } = await person({ sms: true });
    await service.publish(shipped(anOrder({ userId, email })));

    await settled(userId, 3);

    const [sms] = (await mail.messages()).filter(({ to }) => to.includes('+442071234567@sms.vici.localhost'));
    expect(sms?.text).toContain('Vici: Order VC-1001 shipped. Your order is on its way.');
  });

  it('leave out the mails that can be declined, and no others', async () => {
    const { userId, email } = await person({ email: false });
    await service.publish(shipped(anOrder({ userId, email })));
    await service.publish(confirmed(anOrder({ userId, email })));

    const found = await settled(userId, 2);

    expect(found.map(({ template }) => template)).toEqual(['order-confirmed', 'welcome']);
  });
});

describe('marketing', () => {
  it('carries a link that ends it at once and tells the owner of the preferences', async () => {
    const { userId, email } = await person({ marketing: true });
    await service.publish(abandoned(userId));
    await settled(userId, 2);
    const reminder = await reminderTo(email);
    const click = /^<(https:\/\/api\.vici\.test\/api\/notifications\/unsubscribe\?token=(.+))>$/;
    const [, url = '', token = ''] = click.exec(reminder?.headers['list-unsubscribe'] ?? '') ?? [];
    // RFC 8058: the mail program posts this to that address, without asking anything.
    expect(url).not.toBe('');
    expect(reminder?.headers['list-unsubscribe-post']).toBe('List-Unsubscribe=One-Click');
    expect(reminder?.text).toContain('/unsubscribe?token=');

    await anybody(() => notifications().unsubscribe({ token: decodeURIComponent(token) }));

    await eventually(() =>
      expect(service.events()).toContainEqual(
        expect.objectContaining({
          type: 'notification.unsubscribed',
          data: expect.objectContaining({ userId }),
        }),
      ),
    );
    await service.publish(abandoned(userId));
    await service.publish(confirmed(anOrder({ userId, email })));
    const found = await settled(userId, 3);
    expect(found.map(({ template }) => template)).toEqual(['order-confirmed', 'cart-abandoned', 'welcome']);
  });

  it('recalls a cart left behind with a link to it', async () => {
    const { userId, email } = await person({ marketing: true });
    await service.publish(abandoned(userId));
    await settled(userId, 2);

    const reminder = await reminderTo(email);

    expect(reminder?.text).toContain(`2 x Mug & saucer
1 x Lamp

Subtotal: $55.00

Back to your cart: https://shop.vici.test/cart/restore?token=secret%2Btoken`);
    expect(reminder?.html).toContain('Mug &amp; saucer');
  });

  it('is for nobody who never agreed or does not any more, and no other mail carries a way out of it', async () => {
    const [silent, changed] = [await person(), await person({ marketing: true })];
    await handled(preferences(changed.userId, { marketing: false }));
    for (const { userId, email } of [silent, changed]) {
      await handled(abandoned(userId));
      await handled(confirmed(anOrder({ userId, email })));
    }

    for (const { userId, email } of [silent, changed]) {
      const found = await settled(userId, 2);
      expect(found.map(({ template }) => template)).toEqual(['order-confirmed', 'welcome']);
      const inbox = await asCaller({ role: 'customer', userId }, () => notifications().listNotifications({}));
      expect(inbox.notifications.map(({ title }) => title)).toEqual([
        'Order VC-1001 confirmed',
        'Welcome to Vici',
      ]);
      const [confirmation] = (await mail.messages()).filter(({ to }) => to.includes(email));
      expect(confirmation?.headers).not.toHaveProperty('list-unsubscribe');
    }
  });

  it('is ended by nobody else', async () => {
    const [token] = [service.get(UnsubscribeLinks).tokenFor(newId())];
    const forged = `${newId()}.${token.split('.')[1]}`;

    await expect(anybody(() => notifications().unsubscribe({ token: forged }))).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
    });
  });

  it('waits when a shopper has had enough for a day, which is no attempt', async () => {
    const { userId } = await person({ marketing: true });
    await service.publish(abandoned(userId));
    await settled(userId, 2);
    await service.publish(abandoned(userId));

    await eventually(async () => {
      const { rows } = await service
        .get(Database)
        .pool.query(
          `select attempts, error, next_attempt_at > now() + interval '23 hours' as later from deliveries where user_id = $1 and status = 'PENDING'`,
          [userId],
        );
      expect(rows).toEqual([{ attempts: 0, error: 'enough for a day', later: true }]);
    });
  });
});

describe('the quiet hours', () => {
  const rulesAt = (time: string) =>
    new ConsentRules(
      service.get(ContactRepository),
      service.get(SuppressionRepository),
      service.get(DeliveryRepository),
      { perDay: 1, quiet: parseQuietHours('21-8', 'Europe/Berlin') },
      { now: () => new Date(time) },
    );
  const message = (userId: string, purpose: Purpose) => ({
    id: newId(),
    eventId: newId(),
    userId,
    channel: 'email' as const,
    purpose,
    recipient: `${userId}@example.com`,
    template: 'cart-abandoned',
    subject: '',
    html: '',
    text: '',
    attempt: 1,
    createdAt: new Date(),
  });

  const inHand = async <T extends ReturnType<typeof message>[]>(...claims: T): Promise<T> => {
    const deliveries = service.get(DeliveryRepository);
    await service.get(Database).transaction(async () => {
      await deliveries.addClaimed(claims, CLAIM_MS, () => Promise.resolve());
    });
    return claims;
  };

  it('put marketing off until they end, in the zone of the shop, and nothing else', async () => {
    const { userId } = await person({ marketing: true });
    const [advertisement, notice] = await inHand(message(userId, 'marketing'), message(userId, 'order'));
    // Half past eleven at night in Berlin.
    const night = rulesAt('2026-07-01T21:30:00Z');

    expect(await night.judge(advertisement)).toEqual({
      kind: 'wait',
      reason: 'quiet hours',
      delayMs: 8.5 * 3_600_000,
    });
    expect(await night.judge(notice)).toEqual({ kind: 'send' });
    expect(await rulesAt('2026-07-01T06:00:00Z').judge(advertisement)).toEqual({ kind: 'send' });
  });
});

describe('a report of the mail provider', () => {
  it.each(['bounce', 'complaint'])(
    'suppresses an address for a %s: it gets nothing more, and the log tells why',
    async (type) => {
      const { userId, email } = await person();
      const told = { id: newId(), type, address: email.toUpperCase(), permanent: true };

      await anybody(() => notifications().receiveMailReport(report([told])));
      await service.publish(confirmed(anOrder({ userId, email })));

      const found = await settled(userId, 2);
      expect(found[0]).toEqual({
        channel: 'email',
        template: 'order-confirmed',
        status: 'SUPPRESSED',
        error: `the address is suppressed: ${type}`,
      });
      expect((await mail.messages()).filter(({ to }) => to.includes(email))).toHaveLength(1);
    },
  );

  it('counts only with the signature of the provider, and a full mailbox is not for ever', async () => {
    const { userId, email } = await person();
    const complaint = { id: newId(), type: 'complaint', address: email };
    await expect(
      anybody(() => notifications().receiveMailReport(report([complaint], 'another-secret-at-all'))),
    ).rejects.toMatchObject({ code: 'INVALID_TOKEN' });
    const full = { ...complaint, type: 'bounce', permanent: false };

    await anybody(() => notifications().receiveMailReport(report([full])));
    await service.publish(confirmed(anOrder({ userId, email })));

    expect((await settled(userId, 2)).map(({ status }) => status)).toEqual(['SENT', 'SENT']);
  });
});

describe('the log', () => {
  it('shows the staff every message with its attempts, and nobody else', async () => {
    const { userId, email } = await person();
    const { deliveries: found } = await asAdmin(() =>
      deliveries().searchDeliveries({ filter: { recipient: email.slice(0, 20), status: 'SENT' } }),
    );
    expect(found).toMatchObject([{ userId, recipient: email, template: 'welcome', attempts: 1 }]);

    const one = await asAdmin(() => deliveries().getDelivery({ id: found[0]?.id ?? '' }));
    expect(one.log).toMatchObject([
      { attempt: 1, outcome: 'SENT', providerMessageId: expect.stringMatching(/^250 /) },
    ]);
    await expect(
      asCaller({ role: 'customer', userId }, () => deliveries().searchDeliveries({})),
    ).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(
      asAdmin(() => deliveries().resendDelivery({ id: found[0]?.id ?? '' })),
    ).rejects.toMatchObject({ code: 'INVALID_TRANSITION' });
  });

  it('is read from either end', async () => {
    const { userId, email } = await person();
    await service.publish(confirmed(anOrder({ userId, email })));
    await settled(userId, 2);
    const templates = async (oldestFirst: boolean) => {
      const request = { filter: { userId, oldestFirst } };
      const { deliveries: found } = await asAdmin(() => deliveries().searchDeliveries(request));
      return found.map(({ template }) => template);
    };

    expect(await templates(false)).toEqual(['order-confirmed', 'welcome']);
    expect(await templates(true)).toEqual(['welcome', 'order-confirmed']);
    const walked = await walkByCursor(async (page) => {
      const answer = await asAdmin(() => deliveries().searchDeliveries({ filter: { userId }, page }));
      return { items: answer.deliveries, page: answer.page };
    });
    expect(walked.map(({ template }) => template)).toEqual(['order-confirmed', 'welcome']);
  });

  it('names a filter it does not know', async () => {
    await expect(
      asAdmin(() => deliveries().searchDeliveries({ filter: { status: 'LOST' } })),
    ).rejects.toMatchObject({ details: { fields: [{ field: 'status' }] } });
  });

  it('lets a failed message be sent again', async () => {
    const { userId } = await person();
    const { pool } = service.get(Database);
    const { rows } = await pool.query<{ id: string }>(
      `update deliveries set status = 'FAILED', payload = '{"html": "", "text": "again"}' where user_id = $1 returning id`,
      [userId],
    );

    await asAdmin(() => deliveries().resendDelivery({ id: rows[0]?.id ?? '' }));

    await eventually(async () => expect((await deliveriesOf(userId))[0]?.status).toBe('SENT'));
    expect((await mail.messages()).some(({ text }) => text.startsWith('again'))).toBe(true);
    await eventually(() =>
      expect(service.audits().map(({ data }) => data.action)).toContain('notification.resend'),
    );
  });
});

describe('pushes', () => {
  it('go to push services alone', async () => {
    const keys = {
      p256dh: Buffer.alloc(65).toString('base64url'),
      auth: Buffer.alloc(16).toString('base64url'),
    };
    const subscribe = (endpoint: string) =>
      asCaller({ role: 'customer', userId: newId() }, () =>
        notifications().subscribePush({ endpoint, ...keys }),
      );

    await subscribe('https://fcm.googleapis.com/fcm/send/abc');
    for (const endpoint of [
      'https://127.0.0.1/x',
      'http://fcm.googleapis.com/x',
      'https://fcm.googleapis.com.evil.test/x',
    ]) {
      await expect(subscribe(endpoint)).rejects.toMatchObject({
        details: { fields: [{ field: 'endpoint' }] },
      });
    }
  });
});
