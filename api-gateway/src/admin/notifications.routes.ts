import type { Delivery } from '@vici/proto-gen/notification';
import { z } from 'zod';
import {
  choice,
  cursorQuery,
  idParams,
  pageQuery,
  queryId,
  queryInstant,
  queryString,
  timeOrder,
} from '../rest/fields.js';
import { instant, listOf, toInstant } from '../rest/shapes.js';
import { defineRoute } from '../routing/define-route.js';
import type { CsvColumn } from '../streaming/csv-export.js';

const tags = ['Administration: notifications'];
const read = { auth: 'admin', permission: 'notifications:read', tags } as const;

const attemptShape = z.object({
  attempt: z.int(),
  outcome: z.string(),
  providerMessageId: z.string().optional(),
  error: z.string().optional(),
  endedAt: instant,
});

export const deliveryShape = z
  .object({
    id: z.uuid(),
    userId: z.uuid(),
    channel: z.string().describe('email, sms or push.'),
    recipient: z.string(),
    template: z.string(),
    subject: z.string(),
    status: z.string().describe('SUPPRESSED: not to be sent after all, as the error tells.'),
    attempts: z.int(),
    providerMessageId: z.string().optional(),
    error: z.string().optional(),
    createdAt: instant,
    sentAt: instant.optional(),
  })
  .meta({ id: 'Delivery' });

const loggedShape = deliveryShape.extend({ log: z.array(attemptShape) }).meta({ id: 'LoggedDelivery' });

const filters = {
  recipient: queryString(200).describe('The beginning of an address or number.'),
  userId: queryId,
  status: choice(['PENDING', 'SENDING', 'SENT', 'FAILED', 'SUPPRESSED']),
  channel: choice(['email', 'sms', 'push']),
  template: queryString(50),
  from: queryInstant,
  to: queryInstant,
  sort: timeOrder,
};

export const listDeliveriesRoute = defineRoute({
  ...read,
  method: 'GET',
  path: '/admin/notifications',
  summary: 'What was sent to whom, newest first unless told otherwise',
  query: z.object({ ...pageQuery, ...cursorQuery, ...filters }),
  response: listOf(deliveryShape),
});

export const exportDeliveriesRoute = defineRoute({
  ...read,
  method: 'GET',
  path: '/admin/notifications/export',
  summary: 'The list as a CSV file',
  query: z.object(filters),
  csv: true,
  response: z.string(),
});

export const getDeliveryRoute = defineRoute({
  ...read,
  method: 'GET',
  path: '/admin/notifications/:id',
  summary: 'One message and every attempt to send it',
  params: idParams,
  response: loggedShape,
  errors: ['NOT_FOUND'],
});

export const resendDeliveryRoute = defineRoute({
  auth: 'admin',
  permission: 'notifications:write',
  tags,
  method: 'POST',
  path: '/admin/notifications/:id/resend',
  summary: 'Try a failed message again',
  params: idParams,
  response: loggedShape,
  errors: ['NOT_FOUND', 'INVALID_TRANSITION'],
});

type DeliveryRow = z.output<typeof deliveryShape>;

/** A delivery as a row of an export. */
export const DELIVERY_COLUMNS: readonly CsvColumn<DeliveryRow>[] = [
  { header: 'id', value: (delivery) => delivery.id },
  { header: 'created at', value: (delivery) => delivery.createdAt },
  { header: 'channel', value: (delivery) => delivery.channel },
  { header: 'recipient', value: (delivery) => delivery.recipient },
  { header: 'user id', value: (delivery) => delivery.userId },
  { header: 'template', value: (delivery) => delivery.template },
  { header: 'subject', value: (delivery) => delivery.subject },
  { header: 'status', value: (delivery) => delivery.status },
  { header: 'attempts', value: (delivery) => delivery.attempts },
  { header: 'provider message id', value: (delivery) => delivery.providerMessageId },
  { header: 'error', value: (delivery) => delivery.error },
  { header: 'sent at', value: (delivery) => delivery.sentAt },
];

export function toDelivery({ log: _log, createdAt, sentAt, ...delivery }: Delivery): DeliveryRow {
  return { ...delivery, createdAt: toInstant(createdAt), sentAt: sentAt && toInstant(sentAt) };
}

export function toLoggedDelivery(delivery: Delivery): z.output<typeof loggedShape> {
  const log = delivery.log.map(({ endedAt, ...attempt }) => ({ ...attempt, endedAt: toInstant(endedAt) }));
  return { ...toDelivery(delivery), log };
}
