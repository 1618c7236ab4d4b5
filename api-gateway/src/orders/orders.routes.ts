import { z } from 'zod';
import { choice, id, idParams, optionalText, pageQuery, text } from '../rest/fields.js';
import { listOf } from '../rest/shapes.js';
import { defineRoute } from '../routing/define-route.js';
import { ORDER_STATUSES, orderHistoryShape, orderShape } from './order.shapes.js';

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
