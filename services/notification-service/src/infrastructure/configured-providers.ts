import type { OnApplicationShutdown } from '@nestjs/common';
import {
  type InboxMessages,
  type MessageProvider,
  MessageProviders,
} from '../application/message-provider.js';
import type { PushSubscriptionRepository } from '../application/push-subscription.repository.js';
import type { Channel } from '../domain/delivery.js';
import type { NotificationConfig } from '../notification.config.js';
import { InboxSmsProvider } from './inbox-sms.provider.js';
import { SmtpMailProvider } from './smtp-mail.provider.js';
import { TwilioSmsProvider } from './twilio-sms.provider.js';
import { WebPushProvider } from './web-push.provider.js';

/** The providers that the environment names. */
export class ConfiguredProviders extends MessageProviders implements OnApplicationShutdown {
  readonly #smtp: SmtpMailProvider;
  readonly #providers: Readonly<Record<Channel, MessageProvider | undefined>>;

  constructor(
    config: NotificationConfig,
    subscriptions: PushSubscriptionRepository,
    readonly inbox: InboxMessages,
  ) {
    super();
    const email = new SmtpMailProvider({
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

  of(channel: Channel): MessageProvider | undefined {
    return this.#providers[channel];
  }
}

/** Without an account, text messages are read in the development inbox; production then sends none. */
function smsOf(config: NotificationConfig, email: MessageProvider): MessageProvider | undefined {
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
): MessageProvider | undefined {
  if (publicKey === undefined || privateKey === undefined) return undefined;
  return new WebPushProvider({ publicKey, privateKey, subject }, subscriptions);
}
