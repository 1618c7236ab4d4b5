import { Injectable } from '@nestjs/common';
import type { Page, PageRequest } from '@vici/database';
import { Clock, notFound } from '@vici/utils';
import type { Notification } from '../domain/notification.js';
import { NotificationRepository } from './notification.repository.js';

/** A shopper's own inbox. */
@Injectable()
export class Inbox {
  constructor(
    private readonly notifications: NotificationRepository,
    private readonly clock: Clock,
  ) {}

  async list(userId: string, page: PageRequest): Promise<Page<Notification> & { readonly unread: number }> {
    return await this.notifications.list(userId, page);
  }

  /** @returns how many were unread */
  async markAllRead(userId: string): Promise<number> {
    return await this.notifications.markAllRead(userId, this.clock.now());
  }

  /** @throws DomainError NOT_FOUND when it is not in this user's inbox */
  async markRead(userId: string, id: string): Promise<Notification> {
    const notification = await this.notifications.markRead(userId, id, this.clock.now());
    if (notification === undefined) throw notFound('Notification', id);
    return notification;
  }
}
