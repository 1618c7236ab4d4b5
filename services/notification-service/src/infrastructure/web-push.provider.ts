import type { Agent } from 'node:https';
import webPush from 'web-push';
import { MessageError, MessageProvider, type OutgoingMail } from '../application/message-provider.js';
import type { PushSubscriptionRepository } from '../application/push-subscription.repository.js';

/** Who pushes, to the push services. */
export interface VapidKeys {
  readonly publicKey: string;
  readonly privateKey: string;
  /** mailto: or https: of whoever answers for the pushes. */
  readonly subject: string;
}

const TIMEOUT_MS = 10_000;
const TTL_SECONDS = 86_400;
const GONE = new Set([404, 410]);

/**
 * Sends by the push service of each browser (RFC 8030, keys by RFC 8292). The topic is the delivery's: a second copy takes
 * the place of the first while the browser is away.
 */
export class WebPushProvider extends MessageProvider {
  constructor(
    private readonly keys: VapidKeys,
    private readonly subscriptions: PushSubscriptionRepository,
    private readonly agent?: Agent,
  ) {
    super();
  }

  async send({ messageId, recipient, text }: OutgoingMail): Promise<string> {
    const subscription = await this.subscriptions.find(recipient);
    if (subscription === undefined) throw new MessageError('push: the browser is not subscribed', true);
    const { endpoint, ...keys } = subscription;
    try {
      const { statusCode, headers } = await webPush.sendNotification({ endpoint, keys }, text, {
        vapidDetails: this.keys,
        TTL: TTL_SECONDS,
        topic: topicOf(messageId),
        timeout: TIMEOUT_MS,
        ...(this.agent !== undefined && { agent: this.agent }),
      });
      return headers['location'] ?? String(statusCode);
    } catch (error) {
      const status = error instanceof webPush.WebPushError ? error.statusCode : undefined;
      if (status === undefined) throw new MessageError('push: the push service did not answer', false);
      if (GONE.has(status)) await this.subscriptions.drop(endpoint);
      throw new MessageError(`push: ${status}`, status >= 400 && status < 500 && status !== 429);
    }
  }
}

/** At most 32 characters of base64url (RFC 8030, section 5.4): a UUID without its dashes. */
function topicOf(messageId: string): string {
  return messageId.replace(/^<|@.*$/g, '').replaceAll('-', '');
}
