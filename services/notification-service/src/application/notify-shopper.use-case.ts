import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@vici/database';
import type { Announcement } from './announcement.js';
import { ChannelPlan, PURPOSES } from './channel-plan.js';
import { ContactRepository } from './contact.repository.js';
import { MailRenderer } from './mail-content.js';
import { MessageProviders } from './message-provider.js';
import { NewDeliveries } from './new-deliveries.js';
import { UnsubscribeLinks } from './unsubscribe.js';

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

  async execute(announcement: Announcement): Promise<void> {
    const { eventId, userId, type, link, template } = announcement;
    await this.unitOfWork.transaction(async () => {
      const contact = await this.contacts.find(userId);
      const isMarketing = PURPOSES[template] === 'marketing';
      const rendered = this.renderer.render(announcement, {
        language: contact.language,
        ...(isMarketing && { unsubscribeUrl: this.unsubscribing.pageUrl(userId) }),
      });
      const { title: subject, message: text } = rendered;
      await this.providers.inbox.send({
        messageId: eventId,
        recipient: userId,
        subject,
        text,
        type,
        link,
        template,
      });
      for (const delivery of await this.plan.deliveriesOf(announcement, contact, rendered)) {
        await this.deliveries.add(delivery);
      }
    });
  }
}
