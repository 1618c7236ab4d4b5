import { Database } from '@vici/database';
import { createEvent, type DomainEvent } from '@vici/events';
import { NotificationServiceDefinition } from '@vici/proto-gen/notification';
import { asCaller, eventually, useMailInbox, useService } from '@vici/testing';
import { newId } from '@vici/utils';
import { describe, expect, it } from 'vitest';
import { notificationService } from '../notification.service.js';
import { anOrder } from './fixtures/order-event.fixture.js';
import { usePeople } from './fixtures/people.fixture.js';

const mail = useMailInbox();
const service = useService(notificationService, () => ({
  SMTP_URL: mail.smtpUrl,
  QUIET_HOURS: '0-0',
  MARKETING_PER_DAY: '100',
  STOREFRONT_URL: 'https://shop.vici.test/',
  REVIEW_REQUEST_AFTER_MS: '0',
}));
const notifications = () => service.client(NotificationServiceDefinition);
const as = <T>(userId: string, work: () => Promise<T>) => asCaller({ role: 'customer', userId }, work);

const person = usePeople(service, mail);

const occurredAt = '2026-03-01T10:00:05.000Z';
const subjectsTo = async (address: string) =>
  (await mail.messages())
    .filter(({ to }) => to.includes(address))
    .map(({ subject }) => subject)
    .toReversed();

/** The one mail to `address`, as soon as it is there. */
const mailTo = (address: string) =>
  eventually(async () => {
    const [message] = (await mail.messages()).filter(({ to }) => to.includes(address));
    if (message === undefined) throw new Error(`No mail to ${address}`);
    return message;
  });

/** Publishes an event and waits until it has taken effect. */
async function handled(event: DomainEvent): Promise<void> {
  await service.publish(event);
  await eventually(async () => {
    const { rows } = await service
      .get(Database)
      .pool.query('select 1 from inbox where event_id = $1', [event.id]);
    expect(rows).not.toEqual([]);
  });
}

const delivered = (order: ReturnType<typeof anOrder>) =>
  createEvent('order.delivered', { subject: order.orderId, data: { order, occurredAt } });

describe('an order', () => {
  it('is told in the language of the shopper when it is shipped, with its tracking', async () => {
    const { userId, email } = await person({ language: 'vi' });
    const order = anOrder({ userId, email });
    const tracking = { carrier: 'GHN', trackingNumber: 'G-1', url: 'https://ghn.test/G-1' };

    await service.publish(
      createEvent('order.shipped', { subject: order.orderId, data: { order, occurredAt, tracking } }),
    );

    await eventually(async () =>
      expect(await subjectsTo(email)).toEqual([
        'Chào mừng Ada đến với Vici',
        'Đơn hàng VC-1001 đang trên đường đến bạn',
      ]),
    );
    expect((await mail.messages()).find(({ to }) => to.includes(email))?.text).toContain('Mã vận đơn: G-1');
    const { notifications: list } = await as(userId, () => notifications().listNotifications({}));
    expect(list[0]).toMatchObject({
      title: 'Đơn hàng VC-1001 đã được gửi đi',
      message: 'Đơn hàng đang trên đường đến bạn. GHN, G-1',
    });
  });

  it('is asked about after its delivery by whoever agreed, once', async () => {
    const { userId, email } = await person({ marketing: true });
    const order = anOrder({ userId, email });
    const event: DomainEvent<'order.delivered'> = delivered(order);

    await service.publish(event);
    await service.publish(event);

    await eventually(
      async () =>
        expect((await subjectsTo(email)).toSorted()).toEqual([
          'How do you like your order VC-1001?',
          'Welcome to Vici, Ada',
          'Your order VC-1001 has arrived',
        ]),
      { timeoutMs: 20_000 },
    );
  });

  it('is told when money for it goes back', async () => {
    const { userId, email } = await person();
    const order = anOrder({ userId, email });
    const refunded = { amountMinor: 4_980, currency: 'USD' };

    await service.publish(
      createEvent('order.refunded', {
        subject: order.orderId,
        data: { order, occurredAt, refunded, reason: 'Returned in time.' },
      }),
    );

    await eventually(async () =>
      expect((await subjectsTo(email))[1]).toBe('$49.80 of your order VC-1001 were given back'),
    );
  });

  it('is told of when a return of it is decided, and of no other step of it', async () => {
    const [english, vietnamese] = [await person(), await person({ language: 'vi' })];
    const decided = (of: typeof english, status: 'REQUESTED' | 'APPROVED' | 'REJECTED', note: string) => {
      const order = anOrder(of);
      const value = { amountMinor: 4_980, currency: 'USD' };
      const sentBack = { returnId: newId(), status, note, lines: [], value };
      return createEvent('order.return_updated', {
        subject: order.orderId,
        data: { order, occurredAt, return: sentBack },
      });
    };

    await handled(decided(english, 'REQUESTED', ''));
    await service.publish(decided(english, 'APPROVED', ''));
    await service.publish(decided(vietnamese, 'REJECTED', 'Đèn đã qua sử dụng.'));

    await eventually(async () =>
      expect([await subjectsTo(english.email), await subjectsTo(vietnamese.email)]).toEqual([
        ['Welcome to Vici, Ada', 'Your return of order VC-1001 is approved'],
        ['Chào mừng Ada đến với Vici', 'Chúng tôi không thể nhận trả hàng của đơn hàng VC-1001'],
      ]),
    );
    const { notifications: list } = await as(vietnamese.userId, () => notifications().listNotifications({}));
    expect(list[0]).toMatchObject({
      type: 'warning',
      title: 'Yêu cầu trả hàng của đơn hàng VC-1001 bị từ chối',
      message: 'Chúng tôi không thể nhận lại hàng. Đèn đã qua sử dụng.',
    });
  });
});

describe('stock', () => {
  const level = (productId: string) => ({
    sku: 'LMP-7',
    productId,
    onHand: 3,
    reserved: 0,
    available: 3,
    productAvailable: 3,
    version: 1,
  });
  const product = (productId: string) =>
    createEvent('product.created', {
      subject: productId,
      data: {
        productId,
        sku: 'LMP-7',
        slug: 'lamp',
        name: 'Lamp',
        description: '',
        categoryId: newId(),
        categoryName: 'Light',
        categoryPath: [],
        price: { amountMinor: 9_920, currency: 'USD' },
        image: '',
        tags: [],
        rating: 0,
        status: 'ACTIVE',
        variants: [],
        version: 1,
        createdAt: occurredAt,
      },
    });

  it('that runs low is told to every administrator and to nobody else', async () => {
    const [first, second, customer] = [
      await person({ role: 'admin' }),
      await person({ role: 'admin' }),
      await person(),
    ];
    const productId = newId();

    await service.publish(
      createEvent('stock.low', { subject: 'LMP-7', data: { ...level(productId), threshold: 5 } }),
    );

    for (const { email } of [first, second]) {
      await eventually(async () => expect((await subjectsTo(email))[1]).toBe('Stock is low: LMP-7'));
    }
    expect(await subjectsTo(customer.email)).toEqual(['Welcome to Vici, Ada']);
  });

  it('that runs low is told to whoever has become an administrator, and to nobody who is none any more or is blocked', async () => {
    const [promoted, demoted, blocked] = [
      await person(),
      await person({ role: 'admin' }),
      await person({ role: 'admin' }),
    ];
    const accessOf = ({ userId, email }: typeof promoted, role: 'admin' | 'support', isBlocked = false) =>
      handled(
        createEvent('user.access_changed', {
          subject: userId,
          data: { userId, email, role, blocked: isBlocked, changedAt: occurredAt },
        }),
      );
    await accessOf(promoted, 'admin');
    await accessOf(demoted, 'support');
    await accessOf(blocked, 'admin', true);
    await service.publish(
      createEvent('stock.low', { subject: 'LMP-7', data: { ...level(newId()), threshold: 5 } }),
    );

    await eventually(async () => expect((await subjectsTo(promoted.email))[1]).toBe('Stock is low: LMP-7'));
    const { rows } = await service
      .get(Database)
      .pool.query(`select 1 from deliveries where template = 'stock-low' and user_id = any ($1)`, [
        [demoted.userId, blocked.userId],
      ]);
    expect(rows).toEqual([]);
  });

  it('that is back is told once to whoever waits for it', async () => {
    const [waiting, changed] = [await person(), await person()];
    const productId = newId();
    await expect(as(waiting.userId, () => notifications().watchProduct({ productId }))).rejects.toMatchObject(
      { code: 'NOT_FOUND' },
    );
    await service.publish(product(productId));
    for (const { userId } of [waiting, changed]) {
      await eventually(() => as(userId, () => notifications().watchProduct({ productId })));
    }
    await as(changed.userId, () => notifications().unwatchProduct({ productId }));
    const back = () => createEvent('stock.replenished', { subject: 'LMP-7', data: level(productId) });

    await service.publish(back());
    await eventually(async () => expect((await subjectsTo(waiting.email))[1]).toBe('Lamp is back'));
    await service.publish(back());
    const witness = await person();

    expect(witness.email).not.toBe('');
    const told = [await subjectsTo(waiting.email), await subjectsTo(changed.email)];
    expect(told.map(({ length }) => length)).toEqual([2, 1]);
  });
});

describe('the inbox', () => {
  it('is read as a whole', async () => {
    const { userId, email } = await person();
    await service.publish(delivered(anOrder({ userId, email })));
    await eventually(async () => expect(await subjectsTo(email)).toHaveLength(2));

    const [first, again] = [
      await as(userId, () => notifications().markAllRead({})),
      await as(userId, () => notifications().markAllRead({})),
    ];

    expect([first.marked, again.marked]).toEqual([2, 0]);
    expect((await as(userId, () => notifications().listNotifications({}))).unread).toBe(0);
  });
});

describe('the previews', () => {
  it('list every template and show each in every language', async () => {
    const page = async (path: string) =>
      (await fetch(`http://127.0.0.1:${service.running.httpPort}${path}`)).text();

    expect(await page('/previews')).toContain('/previews/order-shipped/html?language=vi');
    expect(await page('/previews/order-confirmed/html?language=en')).toContain('Reading lamp');
    expect(await page('/previews/welcome/text?language=vi')).toContain('Subject: Chào mừng Ada đến với Vici');
  });
});

describe('a security notice', () => {
  it('is told by mail and in the inbox: what happened, when and from where', async () => {
    const userId = newId();
    const email = `${userId}@example.com`;
    const data = {
      userId,
      notice: 'session_stolen',
      email,
      firstName: 'Ada',
      userAgent: 'Firefox',
      network: '203.0.113.0/24',
      occurredAt: '2026-03-01T11:00:00.000Z',
    } as const;

    await service.publish(createEvent('user.security_notice', { subject: userId, data }));
    const message = await mailTo(email);

    expect(message.subject).toBe('A device was signed out for your safety');
    expect(message.text.trimEnd()).toBe(`Hello Ada,

a sign-in of yours was used from two places, so we have ended it.

When: 2026-03-01 11:00 UTC
Device: Firefox
Network: 203.0.113.0/24

If it was you, nothing needs to be done. If not, set a new password, which signs everybody out:
https://shop.vici.test/forgot-password`);
    const { notifications: list } = await as(userId, () => notifications().listNotifications({}));
    expect(list).toMatchObject([{ type: 'warning', title: 'A device was signed out for your safety' }]);
  });
});
