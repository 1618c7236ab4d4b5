/** How the storefront colours a notification. */
export type NotificationType = 'info' | 'success' | 'warning' | 'error';

/** What a shopper is told in the inbox of the shop. */
export interface NotificationText {
  readonly type: NotificationType;
  readonly title: string;
  readonly message: string;
  /** Absolute address of the page it is about. */
  readonly link: string;
}

/** An entry of a shopper's inbox. */
export interface Notification {
  readonly id: string;
  readonly userId: string;
  readonly type: NotificationType;
  readonly title: string;
  readonly message: string;
  readonly link?: string;
  readonly readAt?: Date;
  readonly createdAt: Date;
}
