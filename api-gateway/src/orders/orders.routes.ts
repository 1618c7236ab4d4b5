import { z } from 'zod';
import { choice, id, idParams, optionalText, pageQuery, queryString, text } from '../rest/fields.js';
import { amount, instant, listOf } from '../rest/shapes.js';
import { defineRoute } from '../routing/define-route.js';
import {
  ORDER_STATUSES,
  orderChangeShape,
  orderHistoryShape,
  orderShape,
  returnShape,
} from './order.shapes.js';

const tags = ['Orders'];

/** Placing an order waits for the payment provider, in milliseconds. */
export const PAYMENT_TIMEOUT_MS = 10_000;

/** What a client says about a purchase it makes from its cart. */
export const purchaseFields = {
  shippingAddressId: id,
  billingAddressId: id.nullish().transform((value) => value ?? undefined),
  paymentMethod: text(200).describe(
    "A token of the payment provider, e.g. 'pm_card_visa'; never a card number.",
  ),
  couponCode: optionalText(64),
  shippingMethod: optionalText(64).describe('Code of a method of the quote.'),
};

export const placeOrderRoute = defineRoute({
  method: 'POST',
  path: '/orders',
  auth: 'user',
  refusesCardNumbers: true,
  summary: 'Order what is in the cart and pay it',
  tags,
  body: z.object(purchaseFields),
  response: orderShape,
  status: 201,
  idempotent: true,
  timeoutMs: PAYMENT_TIMEOUT_MS,
  errors: ['CART_EMPTY', 'INSUFFICIENT_STOCK', 'PRODUCT_UNAVAILABLE', 'PAYMENT_DECLINED', 'COUPON_INVALID'],
});

export const listOrdersRoute = defineRoute({
  method: 'GET',
  path: '/orders',
  auth: 'user',
  summary: "The user's orders, newest first",
  tags,
  query: z.object({ ...pageQuery, status: choice(ORDER_STATUSES) }),
  response: listOf(orderShape),
});

export const getOrderRoute = defineRoute({
  method: 'GET',
  path: '/orders/:id',
  auth: 'user',
  summary: "One of the user's orders",
  tags,
  params: idParams,
  response: orderShape,
  errors: ['NOT_FOUND'],
});

export const orderHistoryRoute = defineRoute({
  method: 'GET',
  path: '/orders/:id/history',
  auth: 'user',
  summary: 'What has become of an order, oldest first',
  tags,
  params: idParams,
  response: z.array(orderHistoryShape),
  errors: ['NOT_FOUND'],
});

export const cancelOrderRoute = defineRoute({
  method: 'POST',
  path: '/orders/:id/cancel',
  auth: 'user',
  refusesCardNumbers: true,
  summary: 'Cancel an order that has not been shipped; what was paid is refunded',
  tags,
  params: idParams,
  body: z.object({ reason: optionalText(500) }),
  response: orderShape,
  idempotent: true,
  timeoutMs: PAYMENT_TIMEOUT_MS,
  errors: ['NOT_FOUND', 'INVALID_TRANSITION'],
});

export const orderStreamRoute = defineRoute({
  method: 'GET',
  path: '/orders/:id/stream',
  auth: 'user',
  summary: 'The status of an order now, and each time it changes',
  tags,
  params: idParams,
  stream: true,
  response: orderChangeShape,
  errors: ['NOT_FOUND'],
});

export const invoiceRoute = defineRoute({
  method: 'GET',
  path: '/orders/:id/invoice',
  auth: 'user',
  summary: 'The invoice of a paid order, or one of its credit notes',
  tags,
  params: idParams,
  query: z.object({ number: queryString(40).describe('Of a credit note; the invoice where it is missing.') }),
  pdf: true,
  response: z.string(),
  timeoutMs: PAYMENT_TIMEOUT_MS,
  errors: ['NOT_FOUND'],
});

export const listInvoicesRoute = defineRoute({
  method: 'GET',
  path: '/orders/:id/invoices',
  auth: 'user',
  summary: 'The invoice and credit notes of an order, in the order of their issue',
  tags,
  params: idParams,
  response: z.array(
    z
      .object({
        number: z.string(),
        kind: z.enum(['INVOICE', 'CREDIT_NOTE']),
        total: amount,
        currency: z.string(),
        issuedAt: instant,
      })
      .meta({ id: 'Invoice' }),
  ),
  errors: ['NOT_FOUND'],
});

/** Units of lines of an order. */
export const itemQuantities = z
  .array(z.object({ orderItemId: id, quantity: z.int().min(1).max(999) }))
  .max(100);

export const requestReturnRoute = defineRoute({
  method: 'POST',
  path: '/orders/:id/returns',
  auth: 'user',
  summary: 'Ask to send units of a shipped order back',
  tags,
  params: idParams,
  body: z.object({ lines: itemQuantities.min(1), reason: text(500) }),
  response: returnShape,
  status: 201,
  idempotent: true,
  errors: ['NOT_FOUND', 'INVALID_TRANSITION', 'LIMIT_EXCEEDED'],
});

export const listReturnsRoute = defineRoute({
  method: 'GET',
  path: '/orders/:id/returns',
  auth: 'user',
  summary: 'The returns of an order, newest first',
  tags,
  params: idParams,
  response: z.array(returnShape),
  errors: ['NOT_FOUND'],
});
