import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@vici/database';
import { createEvent, EventPublisher } from '@vici/events';
import { Clock, newId } from '@vici/utils';
import type { NotificationText } from '../domain/notification.js';
import type { Announcement } from './announcement.js';
import { ChannelPlan, PURPOSES } from './channel-plan.js';
import { ContactRepository } from './contact.repository.js';
import { DeliveryRepository } from './delivery.repository.js';
import { MailRenderer } from './mail-content.js';
import { NotificationRepository } from './notification.repository.js';
import { UnsubscribeLinks } from './unsubscribe.js';

/** Puts a notification into the shopper's inbox and a mail on its way; the same event does both once. */
@Injectable()
export class NotifyShopper {
  constructor(
    private readonly notifications: NotificationRepository,
    private readonly deliveries: DeliveryRepository,
    private readonly contacts: ContactRepository,
    private readonly renderer: MailRenderer,
    private readonly plan: ChannelPlan,
    private readonly unsubscribing: UnsubscribeLinks,
    private readonly events: EventPublisher,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  async execute(announcement: Announcement): Promise<void> {
    const { userId, type, link } = announcement;
    await this.unitOfWork.transaction(async () => {
      const contact = await this.contacts.find(userId);
      const isMarketing = PURPOSES[announcement.template] === 'marketing';
      const rendered = this.renderer.render(announcement, {
        language: contact.language,
        ...(isMarketing && { unsubscribeUrl: this.unsubscribing.pageUrl(userId) }),
      });
      const { title, message } = rendered;
      await this.tellInbox(announcement, { type, title, message, link });
      for (const delivery of await this.plan.deliveriesOf(announcement, contact, rendered)) {
        await this.deliveries.add(delivery);
      }
    });
  }

  private async tellInbox(
    { eventId, userId, template }: Announcement,
    inbox: NotificationText,
  ): Promise<void> {
    const [id, createdAt] = [newId(), this.clock.now()];
    const added = await this.notifications.add({ ...inbox, id, userId, sourceEventId: eventId, createdAt });
    if (!added) return;
    const occurredAt = createdAt.toISOString();
    const data = { notificationId: id, userId, channel: 'inbox' as const, template, occurredAt, inbox };
    await this.events.publish(createEvent('notification.sent', { subject: id, data }));
  }
}
