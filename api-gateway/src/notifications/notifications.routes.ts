import type { Notification } from '@vici/proto-gen/notification';
import { z } from 'zod';
import { idParams, pageQuery } from '../rest/fields.js';
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
