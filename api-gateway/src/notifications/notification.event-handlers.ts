import { Injectable } from '@nestjs/common';
import { type DomainEvent, OnEvent } from '@vici/events';
import { NotificationFeed } from './notification.feed.js';

/** Hands what comes into inboxes to the streams that are open here. Every gateway hears of every notification. */
@Injectable()
export class NotificationEventHandlers {
  constructor(private readonly feed: NotificationFeed) {}

  @OnEvent('notification.sent')
  async onSent({ id: eventId, data }: DomainEvent<'notification.sent'>): Promise<void> {
    const { userId, notificationId: id, inbox, occurredAt: createdAt } = data;
    if (userId === undefined || inbox === undefined || !this.feed.hasSubscribers(userId)) return;
    const notification = { id, ...inbox, read: false, createdAt };
    this.feed.publish(userId, { event: 'notification', id: eventId, data: { notification } });
  }
}
