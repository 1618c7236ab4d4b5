import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@vici/database';
import type { NewDelivery } from '../domain/delivery.js';
import type { Announcement } from './announcement.js';
import { ChannelPlan, PURPOSES } from './channel-plan.js';
import { type Contact, ContactRepository } from './contact.repository.js';
import { MailRenderer, type RenderedMail } from './mail-content.js';
import { type InboxMessage, MessageProviders } from './message-provider.js';
import { NewDeliveries } from './new-deliveries.js';
import { UnsubscribeLinks } from './unsubscribe.js';

/** What a shopper is told, in the words it is told with. */
interface Composed {
  readonly announcement: Announcement;
  readonly contact: Contact;
  readonly rendered: RenderedMail;
}

/** Puts a notification into the shopper's inbox and a mail on its way; the same event does both once. */
@Injectable()
export class NotifyShopper {
  constructor(
    private readonly providers: MessageProviders,
    private readonly deliveries: NewDeliveries,
    private readonly contacts: ContactRepository,
    private readonly renderer: MailRenderer,
    private readonly plan: ChannelPlan,
    private readonly unsubscribing: UnsubscribeLinks,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /** What is announced together commits together. */
  async execute(...announcements: readonly Announcement[]): Promise<void> {
    if (announcements.length === 0) return;
    await this.unitOfWork.transaction(async () => {
      const contacts = await this.contacts.find([...new Set(announcements.map(({ userId }) => userId))]);
      const composed = announcements.map((announcement) => this.compose(announcement, contacts));
      await this.providers.inbox.sendAll(composed.map(entryOf));
      const deliveries: NewDelivery[] = [];
      for (const { announcement, contact, rendered } of composed) {
        deliveries.push(...(await this.plan.deliveriesOf(announcement, contact, rendered)));
      }
      await this.deliveries.add(deliveries);
    });
  }

  private compose(announcement: Announcement, contacts: ReadonlyMap<string, Contact>): Composed {
    const { userId, template } = announcement;
    const contact = contacts.get(userId);
    if (contact === undefined) throw new Error('A shopper was not looked for');
    const rendered = this.renderer.render(announcement, {
      language: contact.language,
      ...(PURPOSES[template] === 'marketing' && { unsubscribeUrl: this.unsubscribing.pageUrl(userId) }),
    });
    return { announcement, contact, rendered };
  }
}

function entryOf({ announcement, rendered }: Composed): InboxMessage {
  const { eventId: messageId, userId: recipient, type, link, template } = announcement;
  const { title: subject, message: text } = rendered;
  return { messageId, recipient, subject, text, type, link, template };
}
