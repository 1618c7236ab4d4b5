import { createEvent } from '@vici/events';
import { NotificationServiceDefinition } from '@vici/proto-gen/notification';
import { asCaller, eventually, quickest, useMailInbox, useService } from '@vici/testing';
import { newId } from '@vici/utils';
import { describe, expect, it } from 'vitest';
import { notificationService } from '../notification.service.js';
import { anOrder, cancelled, confirmed, paymentFailed } from './fixtures/order-event.fixture.js';

const mail = useMailInbox();
const service = useService(notificationService, () => ({
  SMTP_URL: mail.smtpUrl,
  QUIET_HOURS: '0-0',
  MARKETING_PER_DAY: '100',
  MAIL_FROM: 'Vici <shop@vici.test>',
  MAIL_DOMAIN: 'vici.test',
  STOREFRONT_URL: 'https://shop.vici.test/',
}));
const notifications = () => service.client(NotificationServiceDefinition);

const as = <T>(userId: string, work: () => Promise<T>) => asCaller({ role: 'customer', userId }, work);
const inboxOf = (userId: string, page?: { page?: number; limit?: number }) =>
  as(userId, () => notifications().listNotifications(page === undefined ? {} : { page }));
const mailsTo = async (address: string) => (await mail.messages()).filter(({ to }) => to.includes(address));

/** The one mail to `address`, as soon as it is there. */
const mailTo = (address: string) =>
  eventually(async () => {
    const [message, ...more] = await mailsTo(address);
    expect(more).toEqual([]);
    if (message === undefined) throw new Error(`No mail to ${address}`);
    return message;
  });

const AT = '2026-01-02T03:04:05.000Z';

describe('an order that is confirmed', () => {
  it('is told by mail within a second, with its exact lines and total', async () => {
    let order = anOrder();

    const soonest = await quickest(1_000, async () => {
      order = anOrder();
      await service.publish(confirmed(order));
      await mailTo(order.email);
    });
    const message = await mailTo(order.email);

    expect(soonest).toBeLessThan(1_000);
    expect(message).toMatchObject({
      from: 'shop@vici.test',
      to: [order.email],
      subject: 'Your order VC-1001 is confirmed',
    });
    expect(message.messageId).toMatch(/^[0-9a-f-]{36}@vici\.test$/);
    const lines = message.text.split('\n');
    expect(lines).toContain('2 x Canvas <sneaker> (SNK-1), $24.90 each: $49.80');
    expect(lines).toContain('1 x Lamp & shade (LMP-7), $99.20 each: $99.20');
    expect(lines).toContain('Subtotal: $149.00');
    expect(lines).toContain('Shipping: $5.00');
    expect(lines).toContain('Tax: $11.92');
    expect(lines).toContain('Total: $165.92');
    expect(lines).toContain(`View your order: https://shop.vici.test/orders/${order.orderId}`);
    expect(message.html).toContain('Canvas &lt;sneaker&gt;');
    expect(message.html).toContain('Lamp &amp; shade');
    expect(message.html).toContain('$165.92');
  });

  it('is told in the inbox of the shop, and the sending is published', async () => {
    const order = anOrder();

    await service.publish(confirmed(order));
    const { messageId } = await mailTo(order.email);
    const { notifications: list, unread } = await inboxOf(order.userId);

    expect(unread).toBe(1);
    expect(list).toEqual([
      {
        id: expect.any(String),
        type: 'success',
        title: 'Order VC-1001 confirmed',
        message: 'Thank you! We are preparing your order over $165.92.',
        read: false,
        createdAt: expect.any(Date),
        link: `https://shop.vici.test/orders/${order.orderId}`,
      },
    ]);
    await eventually(() => {
      const sent = service
        .events()
        .filter(
          ({ data }) =>
            'userId' in data && data.userId === order.userId && 'channel' in data && data.channel === 'email',
        );
      expect(sent).toMatchObject([
        {
          type: 'notification.sent',
          data: { notificationId: messageId.split('@')[0], channel: 'email', template: 'order-confirmed' },
        },
      ]);
    });
  });

  it('is told once although its event comes twice', async () => {
    const order = anOrder();
    const later = anOrder({ userId: order.userId });
    const event = confirmed(order);

    await service.publish(event);
    await mailTo(order.email);
    await service.publish(event);
    await service.publish(confirmed(later));
    await mailTo(later.email);

    expect(await mailsTo(order.email)).toHaveLength(1);
    expect((await inboxOf(order.userId)).notifications).toHaveLength(2);
  });

  it('is told in the inbox at once, and by no mail to nobody, while no address is known', async () => {
    const order = anOrder({ email: '' });

    await service.publish(confirmed(order));

    await eventually(async () => expect((await inboxOf(order.userId)).notifications).toHaveLength(1));
    expect((await mail.messages()).every(({ to }) => to.length === 1 && to[0] !== '')).toBe(true);
  });
});

describe('other events', () => {
  it('tell of a declined payment with its cause, and of an unknown code without', async () => {
    const [known, unknown] = [anOrder({ number: 'VC-2' }), anOrder({ number: 'VC-3' })];

    await service.publish(paymentFailed(known, 'expired_card'));
    await service.publish(paymentFailed(unknown, 'do_not_honor_x9'));

    expect((await mailTo(known.email)).text).toContain('VC-2. The card has expired.');
    expect((await mailTo(unknown.email)).text).toContain('VC-3. The payment was declined.');
    expect((await mailTo(unknown.email)).html).not.toContain('do_not_honor');
    expect((await inboxOf(known.userId)).notifications).toMatchObject([
      { type: 'error', link: 'https://shop.vici.test/cart' },
    ]);
  });

  it('tell of a cancelled order with the reason', async () => {
    const order = anOrder({ number: 'VC-4' });

    await service.publish(cancelled(order, 'changed my mind'));

    const { subject, text } = await mailTo(order.email);
    expect(subject).toBe('Your order VC-4 is cancelled');
    expect(text).toContain('Reason: changed my mind');
    expect((await inboxOf(order.userId)).notifications).toMatchObject([{ type: 'warning' }]);
  });

  it('tell of money that was given back without an order, and leave other refunds to the order', async () => {
    const [userId, email] = [newId(), `${newId()}@example.com`];
    const registered = {
      userId,
      email,
      firstName: 'Ada',
      lastName: 'Lovelace',
      role: 'customer' as const,
      registeredAt: AT,
    };
    await service.publish(createEvent('user.registered', { subject: userId, data: registered }));
    await mailTo(email);
    mail.clear();
    const amount = { amountMinor: 2_499, currency: 'USD' };
    const refund = { paymentIntentId: newId(), userId, amount, refunded: amount, occurredAt: AT };
    const told = { ...refund, refundId: newId(), reason: 'The cart has changed.', tellShopper: true };

    await service.publish(
      createEvent('payment.refunded', { subject: userId, data: { ...refund, refundId: newId() } }),
    );
    await service.publish(createEvent('payment.refunded', { subject: userId, data: told }));

    const message = await mailTo(email);
    expect(message.subject).toBe('Your payment of $24.99 was given back');
    expect(message.text).toContain('so we have given it back. The cart has changed.');
    expect(message.text).toContain('https://shop.vici.test/cart');
  });

  it('welcome a new shopper with the link that proves the address', async () => {
    const userId = newId();
    const email = `${userId}@example.com`;

    await service.publish(
      createEvent('user.registered', {
        subject: userId,
        data: {
          userId,
          email,
          firstName: '<i>Ada</i>',
          lastName: 'Lovelace',
          role: 'customer',
          registeredAt: '2026-03-01T10:00:00.000Z',
          verificationToken: 'a+b/c=',
        },
      }),
    );

    const { subject, text, html } = await mailTo(email);
    expect(subject).toBe('Welcome to Vici, <i>Ada</i>');
    expect(text).toContain('\nhttps://shop.vici.test/verify-email?token=a%2Bb%2Fc%3D\n');
    expect(html).toContain('Hello &lt;i&gt;Ada&lt;/i&gt;,');
    const { notifications: list } = await inboxOf(userId);
    expect(list).toMatchObject([{ type: 'info', title: 'Welcome to Vici' }]);
    expect(JSON.stringify(list)).not.toContain('a%2Bb');
  });
});

describe('a new password that is asked for', () => {
  it('is a mail with the link, and a note in the inbox without it', async () => {
    const userId = newId();
    const email = `${userId}@example.com`;
    const asked = createEvent('user.password_reset_requested', {
      subject: userId,
      data: {
        userId,
        email,
        firstName: '<i>Ada</i>',
        resetToken: 'a+b/c=',
        expiresAt: '2026-03-01T11:00:00.000Z',
      },
    });

    await service.publish(asked);
    await service.publish(asked);

    const { subject, text, html } = await mailTo(email);
    expect(subject).toBe('Your new password at Vici');
    expect(text).toContain('\nhttps://shop.vici.test/reset-password?token=a%2Bb%2Fc%3D\n');
    expect(html).toContain('href="https://shop.vici.test/reset-password?token&#x3D;a%2Bb%2Fc%3D"');
    expect(html).toContain('Hello &lt;i&gt;Ada&lt;/i&gt;,');
    const { notifications: list } = await inboxOf(userId);
    expect(list).toMatchObject([{ type: 'warning', title: 'A new password was asked for' }]);
    expect(JSON.stringify(list)).not.toContain('a%2Bb');
  });
});

describe('the inbox', () => {
  /** A shopper with as many notifications. */
  async function shopperWith(count: number): Promise<string> {
    const userId = newId();
    for (let number = 1; number <= count; number += 1) {
      await service.publish(confirmed(anOrder({ userId, number: `N-${number}`, email: '' })));
      await eventually(async () => expect((await inboxOf(userId)).page?.total).toBe(BigInt(number)));
    }
    return userId;
  }

  it('lists the newest first, page by page', async () => {
    const userId = await shopperWith(3);

    const first = await inboxOf(userId, { page: 1, limit: 2 });
    const second = await inboxOf(userId, { page: 2, limit: 2 });

    expect(first.notifications.map(({ title }) => title)).toEqual([
      'Order N-3 confirmed',
      'Order N-2 confirmed',
    ]);
    expect(second.notifications.map(({ title }) => title)).toEqual(['Order N-1 confirmed']);
    expect(first.page).toEqual({ page: 1, limit: 2, total: 3n, totalIsEstimate: false });
    await expect(inboxOf(userId, { limit: 101 })).rejects.toMatchObject({ code: 'VALIDATION_FAILED' });
  });

  it('marks a notification as read, as often as asked', async () => {
    const userId = await shopperWith(2);
    const [newest] = (await inboxOf(userId)).notifications;
    const id = newest?.id ?? '';

    const read = await as(userId, () => notifications().markRead({ id }));
    const again = await as(userId, () => notifications().markRead({ id }));

    expect(read).toEqual({ ...newest, read: true });
    expect(again).toEqual(read);
    expect((await inboxOf(userId)).unread).toBe(1);
  });

  it('is nobody else’s', async () => {
    const [userId, stranger] = [await shopperWith(1), newId()];
    const [own] = (await inboxOf(userId)).notifications;
    const id = own?.id ?? '';

    expect(await inboxOf(stranger)).toMatchObject({ notifications: [], unread: 0 });
    await expect(as(stranger, () => notifications().markRead({ id }))).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await expect(
      asCaller({ role: 'anonymous' }, () => notifications().listNotifications({})),
    ).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect((await inboxOf(userId)).unread).toBe(1);
  });

  it('names a bad id', async () => {
    await expect(as(newId(), () => notifications().markRead({ id: 'x' }))).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
      details: { fields: [{ field: 'id', message: 'must be a UUID' }] },
    });
  });
});
