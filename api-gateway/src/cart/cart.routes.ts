import { z } from 'zod';
import { id, secret, text } from '../rest/fields.js';
import { defineRoute } from '../routing/define-route.js';
import { cartShape } from './cart.shapes.js';

const tags = ['Cart'];
const MOST_OF_ONE = 10_000;
const itemParams = z.object({ itemId: id });

export const getCartRoute = defineRoute({
  method: 'GET',
  path: '/cart',
  auth: 'public',
  summary: "The shopper's cart, with today's names and prices",
  description: 'Of the signed-in user, else of the visit named by X-Session-Id.',
  tags,
  response: cartShape,
});

export const addCartItemRoute = defineRoute({
  method: 'POST',
  path: '/cart/items',
  auth: 'public',
  summary: 'Put a product into the cart',
  description: 'Name, image, SKU and price come from the catalogue; what a client sends of them is ignored.',
  tags,
  body: z.object({
    productId: id,
    variantId: id.nullish().transform((value) => value ?? undefined),
    quantity: z.int().min(1).max(MOST_OF_ONE),
  }),
  response: cartShape,
  status: 201,
  idempotent: true,
  errors: ['PRODUCT_UNAVAILABLE', 'INSUFFICIENT_STOCK', 'LIMIT_EXCEEDED'],
});

export const updateCartItemRoute = defineRoute({
  method: 'PUT',
  path: '/cart/items/:itemId',
  auth: 'public',
  summary: 'Set the quantity of a line; 0 removes it',
  tags,
  params: itemParams,
  body: z.object({ quantity: z.int().min(0).max(MOST_OF_ONE) }),
  response: cartShape,
  errors: ['NOT_FOUND', 'INSUFFICIENT_STOCK'],
});

export const removeCartItemRoute = defineRoute({
  method: 'DELETE',
  path: '/cart/items/:itemId',
  auth: 'public',
  summary: 'Remove a line',
  tags,
  params: itemParams,
  response: cartShape,
  errors: ['NOT_FOUND'],
});

export const clearCartRoute = defineRoute({
  method: 'DELETE',
  path: '/cart/clear',
  auth: 'public',
  summary: 'Empty the cart',
  tags,
  response: z.null(),
});

export const applyCouponRoute = defineRoute({
  method: 'POST',
  path: '/cart/coupon',
  auth: 'public',
  summary: 'Put a coupon into the cart, in place of the one before',
  description: 'A coupon that gives nothing now is refused; `details.reason` says why.',
  tags,
  body: z.object({ couponCode: text(64) }),
  response: cartShape,
  errors: ['COUPON_INVALID'],
});

export const removeCouponRoute = defineRoute({
  method: 'DELETE',
  path: '/cart/coupon',
  auth: 'public',
  summary: 'Take the coupon out of the cart',
  tags,
  response: cartShape,
});

export const restoreCartRoute = defineRoute({
  method: 'POST',
  path: '/cart/restore',
  auth: 'public',
  summary: 'Bring back the cart a reminder is about',
  description: 'Into the cart of the shopper who was reminded, or, before signing in, of the visit.',
  tags,
  body: z.object({ token: secret(200) }),
  response: cartShape,
});
