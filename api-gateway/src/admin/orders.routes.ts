import { z } from 'zod';
import { ORDER_STATUSES } from '../orders/order.shapes.js';
import { PAYMENT_TIMEOUT_MS } from '../orders/orders.routes.js';
import {
  choiceList,
  idParams,
  optionalText,
  pageQuery,
  queryId,
  queryInstant,
  queryString,
  text,
} from '../rest/fields.js';
import { instant, listOf } from '../rest/shapes.js';
import { defineRoute } from '../routing/define-route.js';
import { staffOrderShape } from './orders.shapes.js';

const tags = ['Administration: orders'];
const read = { auth: 'admin', permission: 'orders:read', tags } as const;
const write = { auth: 'admin', permission: 'orders:write', tags } as const;

/** What the list and its export are narrowed by. */
const orderFilters = {
  search: queryString(200).describe('An id of an order or payment, or the beginning of a number or e-mail.'),
  status: choiceList(ORDER_STATUSES).describe('One or several, separated by commas.'),
  userId: queryId,
  productId: queryId,
  from: queryInstant.describe('Placed then or later: a day or an instant.'),
  to: queryInstant.describe('Placed before: a day or an instant.'),
  country: queryString(2).describe('ISO 3166-1 code of the shipping address.'),
};

export const searchOrdersRoute = defineRoute({
  ...read,
  method: 'GET',
  path: '/admin/orders',
  summary: "Everybody's orders, newest first",
  query: z.object({ ...pageQuery, ...orderFilters }),
  response: listOf(staffOrderShape),
});

export const staffOrderRoute = defineRoute({
  ...read,
  method: 'GET',
  path: '/admin/orders/:id',
  summary: 'One order',
  params: idParams,
  response: staffOrderShape,
  errors: ['NOT_FOUND'],
});

/** What an order can be moved on to by hand. */
const CHANGES = ['PREPARING', 'SHIPPED', 'DELIVERED', 'CANCELLED'] as const;

export const changeOrderRoute = defineRoute({
  ...write,
  method: 'PATCH',
  path: '/admin/orders/:id',
  summary: 'Move an order on: packed, shipped, delivered, or cancelled',
  description: 'To be where it is already is no error. Tracking can be added to an order that is shipped.',
  params: idParams,
  body: z.object({
    status: z.enum(CHANGES),
    tracking: z
      .object({
        trackingNumber: text(200),
        carrier: text(200),
        url: z
          .url({ protocol: /^https?$/ })
          .max(2_000)
          .optional(),
        estimatedDelivery: instant.optional(),
      })
      .optional(),
    note: optionalText(500),
  }),
  response: staffOrderShape,
  timeoutMs: PAYMENT_TIMEOUT_MS,
  errors: ['NOT_FOUND', 'INVALID_TRANSITION', 'REQUEST_IN_PROGRESS'],
});
