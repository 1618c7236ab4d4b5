import { Database } from '@vici/database';
import { createEvent, EventPublisher, type OrderSnapshot } from '@vici/events';
import { eventually, pauseAt, useMailInbox, useService } from '@vici/testing';
import { startService } from '@vici/utils';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Acceptances } from '../application/acceptances.js';
import { ConsentRules } from '../application/consent.rules.js';
import { DeliveryReport } from '../application/delivery.report.js';
import { DeliveryRepository } from '../application/delivery.repository.js';
import { MessageProvider, MessageProviders, type OutgoingMail } from '../application/message-provider.js';
import { NotifyShopper } from '../application/notify-shopper.use-case.js';
import { orderConfirmed } from '../application/order.announcements.js';
import { DeliverySettings, SendDelivery } from '../application/send-delivery.use-case.js';
import { StorefrontLinks } from '../application/storefront-links.js';
import { UnsubscribeLinks } from '../application/unsubscribe.js';
import { deliveryIdOf } from '../domain/delivery.js';
import { InboxProvider } from '../infrastructure/inbox.provider.js';
import type { NotificationTables } from '../infrastructure/notification.tables.js';
import { notificationService } from '../notification.service.js';
import { anOrder, confirmed } from './fixtures/order-event.fixture.js';
import { useSmtpGate } from './fixtures/smtp-gate.fixture.js';

const mail = useMailInbox();
const gate = useSmtpGate(() => mail.smtpUrl);
const service = useService(notificationService, () => ({
  SMTP_URL: gate.url,
  MAIL_DOMAIN: 'vici.test',
  MAIL_MAX_ATTEMPTS: '4',
  MAIL_RETRY_BASE_MS: '100',
}));

const database = () => service.get<Database<NotificationTables>>(Database);
const mailsTo = async (address: string) => (await mail.messages()).filter(({ to }) => to.includes(address));

const deliveryTo = (recipient: string) =>
  database()
    .query.selectFrom('deliveries')
    .selectAll()
    .where('recipient', '=', recipient)
    .executeTakeFirstOrThrow();

/** Four attempts, each looked for once a second, take five seconds. */
const ALL_ATTEMPTS_MS = 15_000;

const statusBecomes = (recipient: string, status: string) =>
  eventually(
    async () => {
      const delivery = await deliveryTo(recipient);
      expect(delivery.status).toBe(status);
      return delivery;
    },
    { timeoutMs: ALL_ATTEMPTS_MS },
  );

/** What was published of the mails of a shopper. */
const outcomesFor = ({ userId }: OrderSnapshot) =>
  service
    .events()
    .filter(
      ({ data }) =>
        'userId' in data && data.userId === userId && 'channel' in data && data.channel === 'email',
    )
    .map(({ type }) => type);

function gateIs(mode: typeof gate.mode): void {
  gate.mode = mode;
  onTestFinished(() => {
    gate.mode = 'open';
  });
}

describe('the mail server', () => {
  it('may be down when an order is confirmed: the mail is sent once when it is up again', async () => {
    const order = anOrder();
    gateIs('down');

    await service.publish(confirmed(order));
    const waiting = await eventually(async () => {
      const delivery = await deliveryTo(order.email);
      expect(delivery.error).not.toBeNull();
      return delivery;
    });
    gate.mode = 'open';
    const sent = await statusBecomes(order.email, 'SENT');

    expect(waiting.error).toMatch(/^SMTP E[A-Z]+/);
    expect(sent).toMatchObject({ payload: null, error: null });
    expect(sent.provider_message_id).toMatch(/^250 /);
    expect(await mailsTo(order.email)).toHaveLength(1);
    await eventually(() => expect(outcomesFor(order)).toEqual(['notification.sent']));
  });

  it('keeps its connection for the next mail, and costs no attempt when it has closed it meanwhile', async () => {
    const orders = Array.from({ length: 4 }, () => anOrder());
    const [first, second, third, last] = orders;
    if (!first || !second || !third || !last) throw new Error('There are four orders');
    const sentBy = async (order: OrderSnapshot) => {
      await service.publish(confirmed(order));
      await statusBecomes(order.email, 'SENT');
      return gate.connections;
    };

    const opened = [await sentBy(first), await sentBy(second), await sentBy(third)];
    gateIs('open');
    const again = await sentBy(last);

    expect(opened).toEqual([opened[0], opened[0], opened[0]]);
    expect(again).toBe((opened[0] ?? 0) + 1);
    expect(await deliveryTo(last.email)).toMatchObject({ attempts: 1, error: null });
  });

  it('is given up after the last attempt, which is published, and the mail is kept', async () => {
    const order = anOrder();
    gateIs('down');

    await service.publish(confirmed(order));
    const failed = await statusBecomes(order.email, 'FAILED');

    expect(failed.attempts).toBe(4);
    expect(failed.payload?.text).toContain('Total: $165.92');
    await eventually(() => expect(outcomesFor(order)).toEqual(['notification.failed']));
    expect(await mailsTo(order.email)).toEqual([]);
  });

  it('is not asked again when it does not know the recipient, and its words are not repeated', async () => {
    const order = anOrder();
    gateIs('refusing');

    await service.publish(confirmed(order));
    const failed = await statusBecomes(order.email, 'FAILED');

    expect(failed).toMatchObject({ attempts: 1, error: 'SMTP EENVELOPE RCPT TO 550' });
    const event = await eventually(() => {
      const found = service.events().find(({ subject }) => subject === failed.id);
      expect(found?.type).toBe('notification.failed');
      return found;
    });
    expect(event?.data).toMatchObject({ reason: 'SMTP EENVELOPE RCPT TO 550' });
    expect(JSON.stringify(event)).not.toContain('@');
  });

  it('gets the same Message-ID again when its answer was lost, since nobody can say whether it took the mail', async () => {
    const order = anOrder();
    gateIs('forgetful');

    await service.publish(confirmed(order));
    await eventually(async () => expect(await mailsTo(order.email)).not.toEqual([]));
    gate.mode = 'open';
    await statusBecomes(order.email, 'SENT');

    const messageIds = (await mailsTo(order.email)).map(({ messageId }) => messageId);
    expect(messageIds.length).toBeGreaterThan(1);
    expect(new Set(messageIds).size).toBe(1);
    await eventually(() => expect(outcomesFor(order)).toEqual(['notification.sent']));
  });
});

describe('a mail', () => {
  it('is sent once when its event is handled twice', async () => {
    const order = anOrder();
    const announcement = orderConfirmed(confirmed(order), new StorefrontLinks('http://shop'));

    await service.get(NotifyShopper).execute(announcement);
    await statusBecomes(order.email, 'SENT');
    await service.get(NotifyShopper).execute(announcement);
    const later = anOrder();
    await service.publish(confirmed(later));
    await statusBecomes(later.email, 'SENT');

    expect(await mailsTo(order.email)).toHaveLength(1);
    const { rows } = await database().pool.query('select title from notifications where user_id = $1', [
      order.userId,
    ]);
    expect(rows).toEqual([{ title: 'Order VC-1001 confirmed' }]);
  });

  it('is sent once by two senders on one database', async () => {
    const second = await startService(notificationService, { env: service.env });
    onTestFinished(() => second.stop());
    const orders = Array.from({ length: 40 }, () => anOrder());

    await Promise.all(orders.map((order) => service.publish(confirmed(order))));
    await eventually(
      async () => {
        const { rows } = await database().pool.query(
          `select count(*)::int as sent from deliveries where recipient = any ($1) and status = 'SENT'`,
          [orders.map(({ email }) => email)],
        );
        expect(rows).toEqual([{ sent: orders.length }]);
      },
      { timeoutMs: 30_000 },
    );

    const mails = await Promise.all(orders.map(({ email }) => mailsTo(email)));
    expect(mails.map(({ length }) => length)).toEqual(orders.map(() => 1));
  });

  it('whose sender died after the server took it is sent again under the same Message-ID, and counted once', async () => {
    const order = anOrder();
    const pause = pauseAt('notification.accepted');
    onTestFinished(() => pause.resume());

    await service.publish(confirmed(order));
    await pause.reached;
    await database().pool.query('update deliveries set next_attempt_at = now() where recipient = $1', [
      order.email,
    ]);
    const sent = await statusBecomes(order.email, 'SENT');
    pause.resume();

    expect(sent.attempts).toBe(2);
    const [first, again, ...more] = await mailsTo(order.email);
    expect(first?.messageId).toBe(`${sent.id}@vici.test`);
    expect(again?.messageId).toBe(first?.messageId);
    expect(more).toEqual([]);
    await eventually(() => expect(outcomesFor(order)).toEqual(['notification.sent']));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(outcomesFor(order)).toEqual(['notification.sent']);
  });

  it('that ends its sender every time is given up without another attempt', async () => {
    const order = anOrder();
    const id = await leftBehind(order, { attempts: 4, dueInSeconds: 0 });

    await statusBecomes(order.email, 'FAILED');

    expect(await mailsTo(order.email)).toEqual([]);
    await eventually(() =>
      expect(service.events().find(({ subject }) => subject === id)?.data).toMatchObject({
        reason: 'no attempt came to an end',
      }),
    );
  });
});

describe('a transport that can be asked', () => {
  /** Remembers what it took, as a provider with an API does. */
  class ProviderTransport extends MessageProvider {
    readonly sent: string[] = [];

    constructor(private readonly taken: ReadonlySet<string>) {
      super();
    }

    async send({ messageId }: OutgoingMail): Promise<string> {
      this.sent.push(messageId);
      return 'taken';
    }

    override async receiptOf({ messageId }: OutgoingMail): Promise<string | undefined> {
      return this.taken.has(messageId) ? 'taken before' : undefined;
    }
  }

  class OneProvider extends MessageProviders {
    readonly inbox = service.get(InboxProvider);

    constructor(private readonly provider: MessageProvider) {
      super();
    }

    of(): MessageProvider {
      return this.provider;
    }
  }

  const sendWith = async (transport: MessageProvider, order: OrderSnapshot, id: string) => {
    const sending = new SendDelivery(
      service.get(DeliveryRepository),
      new OneProvider(transport),
      service.get(ConsentRules),
      database(),
      service.get(EventPublisher),
      service.get(Acceptances),
      service.get(DeliveryReport),
      service.get(DeliverySettings),
      service.get(UnsubscribeLinks),
    );
    const { email: recipient, userId } = order;
    const text = { subject: 's', html: 'h', text: 't', template: 'order-confirmed' };
    const kind = { channel: 'email', purpose: 'account' } as const;
    const claim = { id, eventId: order.orderId, userId, recipient, attempt: 2, createdAt: new Date() };
    await sending.execute({ ...claim, ...kind, ...text });
  };

  it('never gets a mail it has taken from a sender that died', async () => {
    const order = anOrder();
    const id = await leftBehind(order, { attempts: 2, dueInSeconds: 60 });
    const transport = new ProviderTransport(new Set([`<${id}@vici.test>`]));

    await sendWith(transport, order, id);

    expect(transport.sent).toEqual([]);
    await statusBecomes(order.email, 'SENT');
    expect((await deliveryTo(order.email)).provider_message_id).toBe('taken before');
    await eventually(() => expect(outcomesFor(order)).toEqual(['notification.sent']));
  });

  it('gets nothing from a sender whose claim has gone to another', async () => {
    const order = anOrder();
    const id = await leftBehind(order, { attempts: 3, dueInSeconds: 60 });
    const transport = new ProviderTransport(new Set());

    await sendWith(transport, order, id);

    expect(transport.sent).toEqual([]);
    expect((await deliveryTo(order.email)).status).toBe('SENDING');
  });

  it('gets the mail when it has not taken it', async () => {
    const order = anOrder();
    const id = await leftBehind(order, { attempts: 2, dueInSeconds: 60 });
    const transport = new ProviderTransport(new Set());

    await sendWith(transport, order, id);

    expect(transport.sent).toEqual([`<${id}@vici.test>`]);
    expect((await deliveryTo(order.email)).provider_message_id).toBe('taken');
  });
});

describe('what is accepted at the same time', () => {
  const acceptance = async (receipt: string) => {
    const order = anOrder();
    const id = await leftBehind(order, { attempts: 1, dueInSeconds: 60 });
    const { userId, email: recipient } = order;
    const text = { subject: 's', html: 'h', text: 't', template: 'order-confirmed' };
    const kind = { channel: 'email', purpose: 'account' } as const;
    const claim = { id, eventId: order.orderId, userId, recipient, attempt: 1, createdAt: new Date() };
    const data = { notificationId: id, userId, channel: 'email' as const, template: 'order-confirmed' };
    const occurredAt = new Date().toISOString();
    const event = createEvent('notification.sent', { subject: id, data: { ...data, occurredAt } });
    return { order, accepted: { delivery: { ...claim, ...kind, ...text }, receipt, event } };
  };

  it('is written down in one transaction, and each is told once', async () => {
    const both = [await acceptance('one'), await acceptance('two')] as const;
    const [{ accepted: one }, { accepted: two }] = both;
    const acceptances = service.get(Acceptances);

    const news = await Promise.all(
      [one, two, { ...one, receipt: 'again' }].map((each) => acceptances.note(each)),
    );

    expect(news).toEqual([true, true, false]);
    const { rows } = await database().pool.query(
      'select status, count(*)::int, count(distinct xmin::text)::int as transactions from deliveries where id = any($1) group by status',
      [[one.delivery.id, two.delivery.id]],
    );
    expect(rows).toEqual([{ status: 'SENT', count: 2, transactions: 1 }]);
    for (const { order } of both)
      await eventually(() => expect(outcomesFor(order)).toEqual(['notification.sent']));
  });

  it('keeps no other from being written down when one cannot be', async () => {
    const [good, bad] = [await acceptance('one'), await acceptance('PostgreSQL keeps no \0')];
    const acceptances = service.get(Acceptances);

    const outcomes = await Promise.allSettled([good, bad].map(({ accepted }) => acceptances.note(accepted)));

    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect((await deliveryTo(good.order.email)).status).toBe('SENT');
    expect((await deliveryTo(bad.order.email)).status).toBe('SENDING');
  });
});

/** A delivery in the hands of a sender that is no more, whose claim ends in `dueInSeconds`. */
async function leftBehind(
  order: OrderSnapshot,
  { attempts, dueInSeconds }: { attempts: number; dueInSeconds: number },
): Promise<string> {
  const id = deliveryIdOf(order.orderId, order.email);
  await database().pool.query(
    `insert into deliveries (id, event_id, user_id, channel, recipient, template, subject, payload, status, attempts, next_attempt_at)
     values ($1, $2, $3, 'email', $4, 'order-confirmed', 's', '{"html": "h", "text": "t"}', 'SENDING', $5, now() + $6 * interval '1 second')`,
    [id, order.orderId, order.userId, order.email, attempts, dueInSeconds],
  );
  return id;
}

describe('an order placed before anybody knew the address', () => {
  it('is told by mail as soon as the registration has told it, once', async () => {
    const order = anOrder({ email: '' });
    const email = `${order.userId}@example.com`;

    await service.publish(confirmed(order));
    await eventually(async () => {
      const waiting = await database()
        .query.selectFrom('deliveries')
        .selectAll()
        .where('user_id', '=', order.userId)
        .executeTakeFirstOrThrow();
      expect(waiting).toMatchObject({ recipient: '', error: 'the address is not known yet' });
    });
    await service.publish(
      createEvent('user.registered', {
        subject: order.userId,
        data: {
          userId: order.userId,
          email,
          firstName: 'Ada',
          lastName: 'Lovelace',
          role: 'customer',
          registeredAt: new Date().toISOString(),
        },
      }),
    );

    const told = async () => (await mailsTo(email)).filter(({ subject }) => subject.includes(order.number));
    await eventually(async () => expect(await told()).toHaveLength(1));
    await eventually(() => expect(outcomesFor(order)).toEqual(['notification.sent', 'notification.sent']));
    expect(await told()).toHaveLength(1);
  });
});
