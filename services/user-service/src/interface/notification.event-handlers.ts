import { Injectable } from '@nestjs/common';
import { type DomainEvent, OnEvent } from '@vici/events';
import { UpdatePreferences } from '../application/preferences.use-cases.js';

/** Takes over what shoppers have decided with a link of a mail. */
@Injectable()
export class NotificationEventHandlers {
  constructor(private readonly preferences: UpdatePreferences) {}

  @OnEvent('notification.unsubscribed')
  async onUnsubscribed({ data }: DomainEvent<'notification.unsubscribed'>): Promise<void> {
    await this.preferences.execute(data.userId, { marketingEmails: false });
  }
}
