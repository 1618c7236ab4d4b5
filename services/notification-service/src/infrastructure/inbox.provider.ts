import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@vici/database';
import { createEvent, EventPublisher } from '@vici/events';
import { Clock, isUuid, newId } from '@vici/utils';
import { type InboxMessage, MessageError, MessageProvider } from '../application/message-provider.js';
import { NotificationRepository } from '../application/notification.repository.js';

/**
 * Puts messages into the inbox of the shop: a row, and the event that tells the pages that are open. In a transaction it
 * joins that, so that what is told commits with the note that its event was handled.
 */
@Injectable()
export class InboxProvider extends MessageProvider<InboxMessage> {
  constructor(
    private readonly notifications: NotificationRepository,
    private readonly events: EventPublisher,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {
    super();
  }

  async send(message: InboxMessage): Promise<string> {
    if (!isUuid(message.recipient)) throw new MessageError('inbox: nobody of the shop', true);
    return await askDatabase(() => this.unitOfWork.transaction(() => this.put(message)));
  }

  override async receiptOf({ messageId, recipient }: InboxMessage): Promise<string | undefined> {
    return await askDatabase(() => this.notifications.idOf(recipient, messageId));
  }

  private async put(inboxMessage: InboxMessage): Promise<string> {
    const { messageId: sourceEventId, recipient: userId, template } = inboxMessage;
    const { type, subject: title, text: message, link } = inboxMessage;
    const inbox = { type, title, message, link };
    const [id, createdAt] = [newId(), this.clock.now()];
    if (!(await this.notifications.add({ ...inbox, id, userId, sourceEventId, createdAt }))) {
      const earlier = await this.notifications.idOf(userId, sourceEventId);
      if (earlier === undefined) throw new Error('The message with this id is not in this inbox');
      return earlier;
    }
    const occurredAt = createdAt.toISOString();
    const data = { notificationId: id, userId, channel: 'inbox' as const, template, occurredAt, inbox };
    await this.events.publish(createEvent('notification.sent', { subject: id, data }));
    return id;
  }
}

/** What the database cannot do now it may do later: the event is handled again. */
async function askDatabase<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw new MessageError('inbox: the entry could not be kept', false, { cause });
  }
}
