import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@vici/database';
import { createEvent, EventPublisher } from '@vici/events';
import { Clock, isUuid, newId } from '@vici/utils';
import { type InboxMessage, InboxMessages, MessageError } from '../application/message-provider.js';
import { type NewNotification, NotificationRepository } from '../application/notification.repository.js';

/**
 * Puts messages into the inbox of the shop: a row, and the event that tells the pages that are open. In a transaction it
 * joins that, so that what is told commits with the note that its event was handled.
 */
@Injectable()
export class InboxProvider extends InboxMessages {
  constructor(
    private readonly notifications: NotificationRepository,
    private readonly events: EventPublisher,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {
    super();
  }

  async send(message: InboxMessage): Promise<string> {
    const [id] = await this.sendAll([message]);
    if (id === undefined) throw new Error('The message has got no reference');
    return id;
  }

  async sendAll(messages: readonly InboxMessage[]): Promise<string[]> {
    if (!messages.every(({ recipient }) => isUuid(recipient))) {
      throw new MessageError('inbox: nobody of the shop', true);
    }
    return await askDatabase(() => this.unitOfWork.transaction(() => this.put(messages)));
  }

  override async receiptOf({ messageId, recipient }: InboxMessage): Promise<string | undefined> {
    return await askDatabase(() => this.notifications.idOf(recipient, messageId));
  }

  private async put(messages: readonly InboxMessage[]): Promise<string[]> {
    const createdAt = this.clock.now();
    const entries = messages.map((message) => entryOf(message, createdAt));
    const added = await this.notifications.add(entries.map(({ notification }) => notification));
    const news = entries.filter(({ notification }) => added.has(notification.id));
    if (news.length > 0) await this.events.publish(...news.map(({ event }) => event));
    const ids: string[] = [];
    for (const { notification } of entries) {
      ids.push(added.has(notification.id) ? notification.id : await this.earlierIdOf(notification));
    }
    return ids;
  }

  private async earlierIdOf({ userId, sourceEventId }: NewNotification): Promise<string> {
    const earlier = await this.notifications.idOf(userId, sourceEventId);
    if (earlier === undefined) throw new Error('The message with this id is not in this inbox');
    return earlier;
  }
}

function entryOf(inboxMessage: InboxMessage, createdAt: Date) {
  const { messageId: sourceEventId, recipient: userId, template } = inboxMessage;
  const { type, subject: title, text: message, link } = inboxMessage;
  const inbox = { type, title, message, link };
  const id = newId();
  const occurredAt = createdAt.toISOString();
  const data = { notificationId: id, userId, channel: 'inbox' as const, template, occurredAt, inbox };
  return {
    notification: { ...inbox, id, userId, sourceEventId, createdAt },
    event: createEvent('notification.sent', { subject: id, data }),
  };
}

/** What the database cannot do now it may do later: the event is handled again. */
async function askDatabase<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw new MessageError('inbox: the entry could not be kept', false, { cause });
  }
}
