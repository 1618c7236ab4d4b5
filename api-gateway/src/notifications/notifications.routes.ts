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
