import type { Notification } from '@vici/proto-gen/notification';
import { z } from 'zod';
import { idParams, pageQuery, text } from '../rest/fields.js';
import { instant, listOf, toInstant } from '../rest/shapes.js';
import { defineRoute } from '../routing/define-route.js';

const tags = ['Notifications'];
const TYPES = ['info', 'success', 'warning', 'error'] as const;

const notificationShape = z
  .object({
    id: z.uuid(),
    type: z.enum(TYPES),
    title: z.string(),
    message: z.string(),
    read: z.boolean(),
    createdAt: instant,
    link: z.string().optional(),
  })
  .meta({ id: 'Notification' });

/** One of both: what is new, or how much is unread. */
export const inboxChangeShape = z
  .object({ notification: notificationShape.optional(), unread: z.int().optional() })
  .meta({ id: 'InboxChange' });

export const listNotificationsRoute = defineRoute({
  method: 'GET',
  path: '/notifications',
  auth: 'user',
  summary: 'The inbox, newest first',
  tags,
  query: z.object(pageQuery),
  response: listOf(notificationShape).extend({ unread: z.int() }),
});

export const markReadRoute = defineRoute({
  method: 'POST',
  path: '/notifications/:id/read',
  auth: 'user',
  summary: 'Mark a notification as read',
  tags,
  params: idParams,
  response: notificationShape,
  errors: ['NOT_FOUND'],
});

export const markAllReadRoute = defineRoute({
  method: 'POST',
  path: '/notifications/read-all',
  auth: 'user',
  summary: 'Mark the whole inbox as read',
  tags,
  response: z.object({ marked: z.int().describe('How many were unread.') }),
});

export const notificationStreamRoute = defineRoute({
  method: 'GET',
  path: '/notifications/stream',
  auth: 'user',
  summary: 'The number of unread notifications, then every new notification',
  tags,
  stream: true,
  response: inboxChangeShape,
});

export const watchProductRoute = defineRoute({
  method: 'PUT',
  path: '/products/:id/stock-alert',
  auth: 'user',
  summary: 'Be told once when a product is back in stock',
  tags,
  params: idParams,
  response: z.null(),
  errors: ['NOT_FOUND'],
});

export const unwatchProductRoute = defineRoute({
  method: 'DELETE',
  path: '/products/:id/stock-alert',
  auth: 'user',
  summary: 'Be told no more',
  tags,
  params: idParams,
  response: z.null(),
});

export const pushKeyRoute = defineRoute({
  method: 'GET',
  path: '/notifications/push/key',
  auth: 'user',
  summary: 'The key a browser subscribes to pushes with; empty where nothing is pushed',
  tags,
  response: z.object({ publicKey: z.string() }),
});

export const subscribePushRoute = defineRoute({
  method: 'POST',
  path: '/notifications/push/subscriptions',
  auth: 'user',
  summary: 'Take pushes in this browser: what its PushManager answers',
  tags,
  body: z.object({
    endpoint: text(1_000),
    keys: z.object({ p256dh: text(200), auth: text(100) }),
  }),
  response: z.null(),
});

export const unsubscribePushRoute = defineRoute({
  method: 'DELETE',
  path: '/notifications/push/subscriptions',
  auth: 'user',
  summary: 'Take no pushes in this browser any more',
  tags,
  query: z.object({ endpoint: text(1_000) }),
  response: z.null(),
});

export const unsubscribeRoute = defineRoute({
  method: 'POST',
  path: '/notifications/unsubscribe',
  auth: 'public',
  summary: 'End mails about offers, with the token of such a mail (RFC 8058)',
  tags,
  query: z.object({ token: text(200) }),
  response: z.object({ unsubscribed: z.literal(true) }),
});

export function toNotification(notification: Notification): z.output<typeof notificationShape> {
  const { id, title, message, read, link } = notification;
  return {
    id,
    type: TYPES.find((type) => type === notification.type) ?? 'info',
    title,
    message,
    read,
    createdAt: toInstant(notification.createdAt),
    link,
  };
}
