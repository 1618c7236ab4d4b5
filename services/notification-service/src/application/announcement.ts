import type { NotificationType } from '../domain/notification.js';
import type { MailContent } from './mail-content.js';

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
