import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@vici/database';
import { createEvent, EventPublisher } from '@vici/events';
import { Clock, newId } from '@vici/utils';
import { deliveryIdOf } from '../domain/delivery.js';
import type { NotificationText, NotificationType } from '../domain/notification.js';
import { ContactRepository } from './contact.repository.js';
import { DeliveryRepository } from './delivery.repository.js';
import { type MailContent, MailRenderer } from './mail-content.js';
import { NotificationRepository } from './notification.repository.js';

/** What one event has to tell one shopper. */
export type Announcement = MailContent & {
  readonly eventId: string;
  readonly userId: string;
  readonly type: NotificationType;
  /** Absolute address of the page it is about; nothing secret, for the inbox shows it. */
  readonly link: string;
  /** Looked up among the contacts when the mail is sent, where it is empty. */
  readonly recipient: string;
};

/** Puts a notification into the shopper's inbox and a mail on its way; the same event does both once. */
@Injectable()
export class NotifyShopper {
  constructor(
    private readonly notifications: NotificationRepository,
    private readonly deliveries: DeliveryRepository,
    private readonly contacts: ContactRepository,
    private readonly renderer: MailRenderer,
    private readonly events: EventPublisher,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  async execute(announcement: Announcement): Promise<void> {
    const { eventId, userId, template, type, link, recipient } = announcement;
    await this.unitOfWork.transaction(async () => {
      const { language } = await this.contacts.find(userId);
      const { title, message, ...mail } = this.renderer.render(announcement, { language });
      await this.tellInbox(announcement, { type, title, message, link });
      const id = deliveryIdOf(eventId, recipient === '' ? userId : recipient);
      await this.deliveries.add({ id, eventId, userId, recipient, template, ...mail });
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
