import { z } from 'zod';
import { ORDER_STATUSES, RETURN_STATUSES, returnShape } from '../orders/order.shapes.js';
import { itemQuantities, PAYMENT_TIMEOUT_MS } from '../orders/orders.routes.js';
import {
  choice,
  choiceList,
  cursorQuery,
  idParams,
  optionalText,
  pageQuery,
  queryId,
  queryInstant,
  queryString,
  text,
  timeOrder,
} from '../rest/fields.js';
import { instant, listOf } from '../rest/shapes.js';
import { defineRoute } from '../routing/define-route.js';
import { refundShape, staffOrderShape } from './orders.shapes.js';

const tags = ['Administration: orders'];
const read = { auth: 'admin', permission: 'orders:read', tags } as const;
const write = { auth: 'admin', permission: 'orders:write', tags } as const;

/** What the list and its export are narrowed and ordered by. */
const orderFilters = {
  search: queryString(200).describe('An id of an order or payment, or the beginning of a number or e-mail.'),
  status: choiceList(ORDER_STATUSES).describe('One or several, separated by commas.'),
  userId: queryId,
  productId: queryId,
  from: queryInstant.describe('Placed then or later: a day or an instant.'),
  to: queryInstant.describe('Placed before: a day or an instant.'),
  country: queryString(2).describe('ISO 3166-1 code of the shipping address.'),
  sort: timeOrder,
};

export const searchOrdersRoute = defineRoute({
  ...read,
  method: 'GET',
  path: '/admin/orders',
  summary: "Everybody's orders, newest first unless told otherwise",
  query: z.object({ ...pageQuery, ...orderFilters }),
  response: listOf(staffOrderShape),
});

export const exportOrdersRoute = defineRoute({
  ...read,
  method: 'GET',
  path: '/admin/orders/export',
  summary: 'The list as a CSV file, in its order',
  query: z.object(orderFilters),
  csv: true,
  response: z.string(),
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

export const refundOrderRoute = defineRoute({
  ...write,
  method: 'POST',
  path: '/admin/orders/:id/refunds',
  summary: 'Give money back, all that is left unless an amount is named, and units to the shelf',
  params: idParams,
  body: z.object({
    amount: z.number().positive().max(1_000_000_000).optional(),
    reason: text(500),
    restock: itemQuantities.default([]).describe('Units that go back on the shelf.'),
  }),
  response: staffOrderShape,
  idempotent: true,
  timeoutMs: PAYMENT_TIMEOUT_MS,
  errors: ['NOT_FOUND', 'INVALID_TRANSITION', 'LIMIT_EXCEEDED', 'REQUEST_IN_PROGRESS'],
});

export const listRefundsRoute = defineRoute({
  ...read,
  method: 'GET',
  path: '/admin/orders/:id/refunds',
  summary: 'The refunds of an order, newest first',
  params: idParams,
  response: z.array(refundShape),
  errors: ['NOT_FOUND'],
});

export const searchReturnsRoute = defineRoute({
  ...read,
  method: 'GET',
  path: '/admin/returns',
  summary: 'The queue of returns, oldest first',
  query: z.object({ ...pageQuery, ...cursorQuery, status: choice(RETURN_STATUSES) }),
  response: listOf(returnShape),
});

export const exportReturnsRoute = defineRoute({
  ...read,
  method: 'GET',
  path: '/admin/returns/export',
  summary: 'The queue as a CSV file',
  query: z.object({ status: choice(RETURN_STATUSES) }),
  csv: true,
  response: z.string(),
});

export const changeReturnRoute = defineRoute({
  ...write,
  method: 'PATCH',
  path: '/admin/returns/:id',
  summary: 'Approve or reject a return, take the units in, pay for them',
  params: idParams,
  body: z.object({
    status: z.enum(['APPROVED', 'REJECTED', 'RECEIVED', 'REFUNDED']),
    note: optionalText(500),
    amount: z
      .number()
      .positive()
      .max(1_000_000_000)
      .optional()
      .describe('With REFUNDED; what was paid otherwise.'),
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code')
      .default('USD')
      .describe('Of the amount: that of the order.'),
    restock: itemQuantities
      .optional()
      .describe('With RECEIVED: the units fit to be sold again; all otherwise.'),
  }),
  response: returnShape,
  timeoutMs: PAYMENT_TIMEOUT_MS,
  errors: ['NOT_FOUND', 'INVALID_TRANSITION', 'LIMIT_EXCEEDED', 'REQUEST_IN_PROGRESS'],
});
