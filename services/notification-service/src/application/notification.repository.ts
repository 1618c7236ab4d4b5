import type { Page, PageRequest } from '@vici/database';
import type { Notification, NotificationText } from '../domain/notification.js';

/** A notification to be put into an inbox. */
export interface NewNotification extends NotificationText {
  readonly id: string;
  readonly userId: string;
  readonly sourceEventId: string;
  readonly createdAt: Date;
}

/** The inboxes of the shoppers. */
export abstract class NotificationRepository {
  /** Adds those whose events have not been told already; gives back their ids. */
  abstract add(notifications: readonly NewNotification[]): Promise<ReadonlySet<string>>;
  /** What `sourceEventId` has told the user. */
  abstract idOf(userId: string, sourceEventId: string): Promise<string | undefined>;
  /** Newest first, with the number of unread ones of the whole inbox. */
  abstract list(userId: string, page: PageRequest): Promise<Page<Notification> & { readonly unread: number }>;
  /** @returns how many were unread */
  abstract markAllRead(userId: string, now: Date): Promise<number>;
  /** The notification as read, since the first time it was; undefined when it is not in the user's inbox. */
  abstract markRead(userId: string, id: string, now: Date): Promise<Notification | undefined>;
}
