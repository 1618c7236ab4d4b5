import { z } from 'zod';
import { defineEvent, id, instant } from './event-definition.js';

const notification = <const Type extends string, Fields extends z.ZodRawShape>(type: Type, fields: Fields) =>
  defineEvent({
    type,
    topics: ['notification-events'],
    source: 'notification-service',
    version: 1,
    schema: z.object({
      notificationId: id,
      userId: id.optional(),
      channel: z.enum(['email', 'sms', 'push', 'inbox']),
      template: z.string(),
      occurredAt: instant,
      ...fields,
    }),
  });

export const notificationEvents = {
  'notification.sent': notification('notification.sent', {
    /** What stands in the inbox, for that channel alone. */
    inbox: z
      .object({
        type: z.enum(['info', 'success', 'warning', 'error']),
        title: z.string(),
        message: z.string(),
        link: z.string(),
      })
      .optional(),
  }),
  /** The shopper has ended marketing with a link of a mail. */
  'notification.unsubscribed': defineEvent({
    type: 'notification.unsubscribed',
    topics: ['notification-events'],
    source: 'notification-service',
    version: 1,
    schema: z.object({ userId: id, occurredAt: instant }),
  }),
  'notification.failed': notification('notification.failed', { reason: z.string() }),
};
