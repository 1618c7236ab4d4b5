import { createECDH, randomBytes } from 'node:crypto';
import { Agent } from 'node:https';
import { connect } from 'node:net';
import { useMailInbox } from '@vici/testing';
import { newId } from '@vici/utils';
import { beforeEach, expect, it } from 'vitest';
import webPush from 'web-push';
import { describeProvider } from '../application/message-provider.contract.js';
import {
  type PushSubscription,
  PushSubscriptionRepository,
} from '../application/push-subscription.repository.js';
import { InboxSmsProvider } from '../infrastructure/inbox-sms.provider.js';
import { SmtpMailTransport } from '../infrastructure/smtp.mail-transport.js';
import { TwilioSmsProvider } from '../infrastructure/twilio-sms.provider.js';
import { WebPushProvider } from '../infrastructure/web-push.provider.js';
import { useHttpReceiver } from './fixtures/http-receiver.fixture.js';
import { useSmtpGate } from './fixtures/smtp-gate.fixture.js';

const mail = useMailInbox();
const gate = useSmtpGate(() => mail.smtpUrl);
const words = { subject: 'Shipped', html: '', text: 'On its way.' };
const messageId = () => `<${newId()}@vici.test>`;
const smtp = () => new SmtpMailTransport({ url: gate.url, from: 'Vici <shop@vici.test>' });
const overSmtp = {
  receiverIs: (mode: typeof gate.mode) => {
    gate.mode = mode;
  },
  taken: () => mail.messages().length,
};

describeProvider('mails by SMTP', {
  ...overSmtp,
  provider: smtp,
  message: async () => ({ ...words, messageId: messageId(), recipient: 'ada@example.com' }),
});

describeProvider('text messages of a development machine', {
  ...overSmtp,
  provider: () => new InboxSmsProvider(smtp()),
  message: async () => ({ ...words, messageId: messageId(), recipient: '+442071234567' }),
});

const sent = { sid: 'SM1', body: words.text };
const twilio = useHttpReceiver(
  ({ method }, response) => {
    response.setHeader('content-type', 'application/json');
    response.writeHead(method === 'POST' ? 201 : 200);
    response.end(JSON.stringify(method === 'POST' ? sent : { messages: [sent] }));
  },
  { status: 400, body: '{"code":21211,"message":"The number +442071234567 is not valid","status":400}' },
);
const account = () => ({
  accountSid: `AC${'0'.repeat(32)}`,
  authToken: 'token',
  from: '+15005550006',
  apiUrl: `http://127.0.0.1:${twilio.port}`,
});
const text = async () => ({ ...words, messageId: messageId(), recipient: '+442071234567' });

describeProvider('text messages by Twilio', {
  provider: () => new TwilioSmsProvider(account()),
  receiverIs: (mode) => {
    twilio.mode = mode;
  },
  message: text,
  taken: () => twilio.taken,
});

it('Twilio can be asked whether it has taken a text message', async () => {
  twilio.mode = 'open';
  const provider = new TwilioSmsProvider(account());

  expect(await provider.wasAccepted(messageId(), await text())).toBe(true);
  expect(await provider.wasAccepted(messageId(), { ...(await text()), text: 'Another.' })).toBe(false);
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

const pushService = useHttpReceiver((_request, response) => response.writeHead(201).end(), {
  status: 410,
  body: '',
});
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
const pushed = async () => ({ ...words, messageId: messageId(), recipient: endpoint });

describeProvider('pushes', {
  provider: push,
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
