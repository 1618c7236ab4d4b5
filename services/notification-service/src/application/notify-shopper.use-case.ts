import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@vici/database';
import { Clock, newId } from '@vici/utils';
import { deliveryIdOf } from '../domain/delivery.js';
import type { NotificationText } from '../domain/notification.js';
import { DeliveryRepository } from './delivery.repository.js';
import { type MailContent, MailRenderer } from './mail-content.js';
import { NotificationRepository } from './notification.repository.js';

/** What one event has to tell one shopper. */
export interface Announcement {
  readonly eventId: string;
  readonly userId: string;
  readonly inbox: NotificationText;
  /** An empty recipient is looked up among the contacts when the mail is sent. */
  readonly mail?: MailContent & { readonly recipient: string };
}

/** Puts a notification into the shopper's inbox and a mail on its way; the same event does both once. */
@Injectable()
export class NotifyShopper {
  constructor(
    private readonly notifications: NotificationRepository,
    private readonly deliveries: DeliveryRepository,
    private readonly renderer: MailRenderer,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  async execute({ eventId, userId, inbox, mail }: Announcement): Promise<void> {
    const rendered = mail && this.renderer.render(mail);
    await this.unitOfWork.transaction(async () => {
      await this.notifications.add({
        ...inbox,
        id: newId(),
        userId,
        sourceEventId: eventId,
        createdAt: this.clock.now(),
      });
      if (mail === undefined || rendered === undefined) return;
      const { recipient, template } = mail;
      const id = deliveryIdOf(eventId, recipient === '' ? userId : recipient);
      await this.deliveries.add({ id, eventId, userId, recipient, template, ...rendered });
    });
  }
}
