import type { OnApplicationShutdown } from '@nestjs/common';
import { type MailTransport, MessageProviders } from '../application/mail.transport.js';
import type { PushSubscriptionRepository } from '../application/push-subscription.repository.js';
import type { Channel } from '../domain/delivery.js';
import type { NotificationConfig } from '../notification.config.js';
import { InboxSmsProvider } from './inbox-sms.provider.js';
import { SmtpMailTransport } from './smtp.mail-transport.js';
import { TwilioSmsProvider } from './twilio-sms.provider.js';
import { WebPushProvider } from './web-push.provider.js';

/** The providers that the environment names. */
export class ConfiguredProviders extends MessageProviders implements OnApplicationShutdown {
  readonly #smtp: SmtpMailTransport;
  readonly #providers: Readonly<Record<Channel, MailTransport | undefined>>;

  constructor(config: NotificationConfig, subscriptions: PushSubscriptionRepository) {
    super();
    const email = new SmtpMailTransport({
      url: config.SMTP_URL,
      from: config.MAIL_FROM,
      connections: config.SMTP_CONNECTIONS,
      mailsPerConnection: config.SMTP_MAILS_PER_CONNECTION,
      mailsPerSecond: config.SMTP_MAILS_PER_SECOND,
    });
    this.#smtp = email;
    this.#providers = { email, sms: smsOf(config, email), push: pushOf(config, subscriptions) };
  }

  /** The worker has let go of its mails by then. */
  onApplicationShutdown(): void {
    this.#smtp.close();
  }

  of(channel: Channel): MailTransport | undefined {
    return this.#providers[channel];
  }
}

/** Without an account, text messages are read in the development inbox; production then sends none. */
function smsOf(config: NotificationConfig, email: MailTransport): MailTransport | undefined {
  const { TWILIO_ACCOUNT_SID: accountSid, TWILIO_AUTH_TOKEN: authToken, TWILIO_FROM: from } = config;
  if (accountSid === undefined || authToken === undefined || from === undefined) {
    return config.NODE_ENV === 'production' ? undefined : new InboxSmsProvider(email);
  }
  const apiUrl = config.TWILIO_API_URL;
  return new TwilioSmsProvider({ accountSid, authToken, from, ...(apiUrl !== undefined && { apiUrl }) });
}

function pushOf(
  { VAPID_PUBLIC_KEY: publicKey, VAPID_PRIVATE_KEY: privateKey, VAPID_SUBJECT: subject }: NotificationConfig,
  subscriptions: PushSubscriptionRepository,
): MailTransport | undefined {
  if (publicKey === undefined || privateKey === undefined) return undefined;
  return new WebPushProvider({ publicKey, privateKey, subject }, subscriptions);
}
