import { createECDH, randomBytes } from 'node:crypto';
import { Agent } from 'node:https';
import { connect } from 'node:net';
import { Database } from '@vici/database';
import { type DomainEvent, EventPublisher, eventsMigrations } from '@vici/events';
import { TcpProxy, useMailInbox, useTestDatabase } from '@vici/testing';
import { newId, SystemClock } from '@vici/utils';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import webPush from 'web-push';
import { describeProvider, type ReceiverMode } from '../application/message-provider.contract.js';
import {
  type PushSubscription,
  PushSubscriptionRepository,
} from '../application/push-subscription.repository.js';
import { InboxProvider } from '../infrastructure/inbox.provider.js';
import { InboxSmsProvider } from '../infrastructure/inbox-sms.provider.js';
import type { NotificationTables } from '../infrastructure/notification.tables.js';
import { PostgresNotificationRepository } from '../infrastructure/postgres-notification.repository.js';
import { SmtpMailProvider } from '../infrastructure/smtp-mail.provider.js';
import { TwilioSmsProvider } from '../infrastructure/twilio-sms.provider.js';
import { WebPushProvider } from '../infrastructure/web-push.provider.js';
import { useHttpReceiver } from './fixtures/http-receiver.fixture.js';
import { useSmtpGate } from './fixtures/smtp-gate.fixture.js';

const mail = useMailInbox();
const gate = useSmtpGate(() => mail.smtpUrl);
const words = () => ({ messageId: `<${newId()}@vici.test>`, subject: 'Shipped', html: '', text: newId() });
const smtp = () => new SmtpMailProvider({ url: gate.url, from: 'Vici <shop@vici.test>' });
const overSmtp = {
  canBeAsked: false,
  receiverIs: (mode: ReceiverMode) => {
    gate.mode = mode;
  },
  taken: async () => (await mail.messages()).map(({ messageId }) => messageId),
};

describeProvider('mails by SMTP', {
  ...overSmtp,
  provider: smtp,
  message: async () => ({ ...words(), recipient: 'ada@example.com' }),
});

describeProvider('text messages of a development machine', {
  ...overSmtp,
  provider: () => new InboxSmsProvider(smtp()),
  message: async () => ({ ...words(), recipient: '+442071234567' }),
});

/** What Twilio's API has taken, oldest first. */
const texts: { readonly sid: string; readonly to: string; readonly body: string }[] = [];
const twilio = useHttpReceiver(
  ({ method, url = '' }, body, response) => {
    response.setHeader('content-type', 'application/json');
    if (method !== 'POST') {
      const to = new URL(url, 'http://localhost').searchParams.get('To');
      response.end(JSON.stringify({ messages: texts.filter((sent) => sent.to === to) }));
      return undefined;
    }
    const form = new URLSearchParams(body.toString());
    const sent = { sid: `SM${texts.length}`, to: form.get('To') ?? '', body: form.get('Body') ?? '' };
    texts.push(sent);
    response.writeHead(201).end(JSON.stringify(sent));
    return `${sent.to} ${sent.body}`;
  },
  { status: 400, body: '{"code":21211,"message":"The number +442071234567 is not valid","status":400}' },
);
const account = () => ({
  accountSid: `AC${'0'.repeat(32)}`,
  authToken: 'token',
  from: '+15005550006',
  apiUrl: `http://127.0.0.1:${twilio.port}`,
});

describeProvider('text messages by Twilio', {
  provider: () => new TwilioSmsProvider(account()),
  canBeAsked: true,
  receiverIs: (mode) => {
    twilio.mode = mode;
  },
  message: async () => ({ ...words(), recipient: '+442071234567' }),
  taken: () => twilio.taken,
});

const postgres = useTestDatabase<NotificationTables>([
  eventsMigrations,
  new URL('../../migrations/', import.meta.url),
]);

/** The way from the service to its database, and what it has published. */
const inbox = {
  refusing: false,
  published: [] as DomainEvent[],
  proxy: undefined as TcpProxy | undefined,
  database: undefined as Database<NotificationTables> | undefined,
};

beforeAll(async () => {
  inbox.proxy = await TcpProxy.to(postgres.url);
  inbox.database = new Database({ url: inbox.proxy.url, applicationName: 'vici-test' });
});

afterAll(async () => {
  await inbox.database?.close();
  await inbox.proxy?.close();
});

class Published extends EventPublisher {
  async publish(...events: DomainEvent[]): Promise<void> {
    inbox.published.push(...events);
  }
}

function inboxProvider(): InboxProvider {
  const { database } = inbox;
  if (database === undefined) throw new Error('The database is there only inside tests');
  const notifications = new PostgresNotificationRepository(database);
  return new InboxProvider(notifications, new Published(), database, new SystemClock());
}

const toInbox = async () => ({
  messageId: newId(),
  recipient: inbox.refusing ? 'ada@example.com' : newId(),
  subject: 'Shipped',
  text: 'On its way.',
  type: 'info' as const,
  link: 'https://shop.vici.test/orders/1',
  template: 'order-shipped',
});

const keptEntries = async () => {
  const rows = await postgres.database.query
    .selectFrom('notifications')
    .select('source_event_id')
    .orderBy('id')
    .execute();
  return rows.map(({ source_event_id }) => source_event_id);
};

describeProvider('the inbox of the shop', {
  provider: inboxProvider,
  canBeAsked: true,
  receiverIs: (mode) => {
    inbox.refusing = mode === 'refusing';
    if (mode === 'down') inbox.proxy?.cut();
    else inbox.proxy?.restore();
  },
  message: toInbox,
  taken: keptEntries,
});

it('an entry that is put into the inbox a second time is neither kept nor published again', async () => {
  inbox.refusing = false;
  const message = await toInbox();
  inbox.published.length = 0;

  const receipts = [await inboxProvider().send(message), await inboxProvider().send(message)];

  expect(inbox.published.map(({ subject }) => subject)).toEqual([receipts[0]]);
  expect(receipts[1]).toBe(receipts[0]);
});

it('entries that are put into inboxes together are each kept and published once', async () => {
  inbox.refusing = false;
  const [first, second] = [await toInbox(), await toInbox()];
  const known = await inboxProvider().send(first);
  inbox.published.length = 0;

  const [again, added, twice, ...more] = await inboxProvider().sendAll([first, second, second]);

  expect(inbox.published.map(({ subject }) => subject)).toEqual([added]);
  expect([again, twice, more]).toEqual([known, added, []]);
});

it('entries are kept all or none', async () => {
  const before = await keptEntries();
  inbox.refusing = false;
  const good = await toInbox();
  const bad = { ...(await toInbox()), recipient: 'ada@example.com' };

  await expect(inboxProvider().sendAll([good, bad])).rejects.toMatchObject({ permanent: true });

  expect(await keptEntries()).toEqual(before);
});

class Subscriptions extends PushSubscriptionRepository {
  readonly known = new Map<string, PushSubscription>();

  async save(_userId: string, subscription: PushSubscription): Promise<void> {
    this.known.set(subscription.endpoint, subscription);
  }

  async remove(_userId: string, endpoint: string): Promise<void> {
    this.known.delete(endpoint);
  }

  async drop(endpoint: string): Promise<void> {
    this.known.delete(endpoint);
  }

  async find(endpoint: string): Promise<PushSubscription | undefined> {
    return this.known.get(endpoint);
  }

  async endpointsOf(): Promise<string[]> {
    return [...this.known.keys()];
  }
}

const pushService = useHttpReceiver(
  ({ headers }, _body, response) => {
    response.writeHead(201).end();
    return String(headers['topic']);
  },
  { status: 410, body: '' },
);
const subscriptions = new Subscriptions();
const vapid = { ...webPush.generateVAPIDKeys(), subject: 'mailto:shop@vici.test' };
const endpoint = 'https://push.vici.test/send/1';

/** Reaches the test's push service instead of a real one, without TLS. */
class PlainAgent extends Agent {
  override createConnection() {
    return connect(pushService.port, '127.0.0.1');
  }
}

beforeEach(async () => {
  const browser = createECDH('prime256v1');
  const p256dh = browser.generateKeys('base64url');
  await subscriptions.save('', { endpoint, p256dh, auth: randomBytes(16).toString('base64url') });
});

const push = () => new WebPushProvider(vapid, subscriptions, new PlainAgent());
const pushed = async () => ({ ...words(), recipient: endpoint });

describeProvider('pushes', {
  provider: push,
  canBeAsked: false,
  receiverIs: (mode) => {
    pushService.mode = mode;
  },
  message: pushed,
  taken: () => pushService.taken,
});

it('a browser that is gone is forgotten', async () => {
  pushService.mode = 'refusing';

  await expect(push().send(await pushed())).rejects.toMatchObject({ reason: 'push: 410', permanent: true });

  expect(await subscriptions.endpointsOf()).toEqual([]);
});
