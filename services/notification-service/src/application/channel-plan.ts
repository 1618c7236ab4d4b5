import { Injectable } from '@nestjs/common';
import { type Channel, deliveryIdOf, type NewDelivery, type Purpose } from '../domain/delivery.js';
import type { Announcement } from './announcement.js';
import type { Contact } from './contact.repository.js';
import type { RenderedMail, TemplateName } from './mail-content.js';
import { MessageProviders } from './message-provider.js';
import { PushSubscriptionRepository } from './push-subscription.repository.js';

/** What each message is for. */
export const PURPOSES: Readonly<Record<TemplateName, Purpose>> = {
  welcome: 'account',
  'password-reset': 'account',
  'security-notice': 'account',
  'order-confirmed': 'account',
  'order-payment-failed': 'account',
  'order-shipped': 'order',
  'order-delivered': 'order',
  'order-cancelled': 'account',
  'order-refunded': 'account',
  'return-approved': 'account',
  'return-rejected': 'account',
  'payment-returned': 'account',
  'cart-abandoned': 'marketing',
  // The shopper has asked for it.
  'back-in-stock': 'order',
  'review-request': 'marketing',
  'stock-low': 'account',
};

/** What is worth a text message. */
const BY_SMS: ReadonlySet<TemplateName> = new Set([
  'order-shipped',
  'order-delivered',
  'order-payment-failed',
]);
/** What is for the reader of the mail alone. */
const NEVER_PUSHED: ReadonlySet<TemplateName> = new Set(['welcome', 'password-reset']);

/** Decides by which channels a shopper is told, as the preferences and the provided channels have it. */
@Injectable()
export class ChannelPlan {
  constructor(
    private readonly providers: MessageProviders,
    private readonly subscriptions: PushSubscriptionRepository,
  ) {}

  async deliveriesOf(
    announcement: Announcement,
    contact: Contact,
    { subject, html, text, title, message }: RenderedMail,
  ): Promise<NewDelivery[]> {
    const { template, recipient, link } = announcement;
    const purpose = PURPOSES[template];
    if (purpose === 'marketing' && !contact.marketing) return [];
    const found: NewDelivery[] = [];
    if (purpose !== 'order' || contact.emailNotifications) {
      found.push(toDelivery(announcement, 'email', recipient, { subject, html, text }));
    }
    const { phone } = contact;
    if (phone !== undefined && contact.smsNotifications && BY_SMS.has(template) && this.uses('sms')) {
      const words = { subject: title, html: '', text: `Vici: ${title}. ${message} ${link}` };
      found.push(toDelivery(announcement, 'sms', phone, words));
    }
    if (this.uses('push') && !NEVER_PUSHED.has(template)) {
      const words = { subject: title, html: '', text: JSON.stringify({ title, body: message, link }) };
      for (const endpoint of await this.subscriptions.endpointsOf(announcement.userId)) {
        found.push(toDelivery(announcement, 'push', endpoint, words));
      }
    }
    return found;
  }

  private uses(channel: Channel): boolean {
    return this.providers.of(channel) !== undefined;
  }
}

function toDelivery(
  { eventId, userId, template }: Announcement,
  channel: Channel,
  recipient: string,
  words: Pick<NewDelivery, 'subject' | 'html' | 'text'>,
): NewDelivery {
  const id = deliveryIdOf(eventId, recipient === '' ? userId : recipient, channel);
  return { id, eventId, userId, channel, purpose: PURPOSES[template], recipient, template, ...words };
}
