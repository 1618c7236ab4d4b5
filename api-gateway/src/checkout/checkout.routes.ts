import { z } from 'zod';
import { PAYMENT_TIMEOUT_MS, purchaseFields } from '../orders/orders.routes.js';
import { text } from '../rest/fields.js';
import { adjustmentShape } from '../rest/price-adjustment.js';
import { amount } from '../rest/shapes.js';
import { defineRoute } from '../routing/define-route.js';

const tags = ['Checkout'];

const shippingMethodShape = z
  .object({
    code: z.string(),
    name: z.string(),
    price: amount,
    estimatedDays: z.object({ least: z.int(), most: z.int() }).describe('Working days until delivery.'),
  })
  .meta({ id: 'ShippingMethod' });

export const quoteShape = z
  .object({
    items: z.array(
      z.object({
        productId: z.uuid(),
        variantId: z.uuid().optional(),
        name: z.string(),
        sku: z.string(),
        quantity: z.int(),
        unitPrice: amount,
        totalPrice: amount,
        discount: amount,
        adjustments: z.array(adjustmentShape),
      }),
    ),
    subtotal: amount,
    shipping: amount,
    tax: amount,
    discount: amount,
    total: amount,
    savings: amount,
    taxIncluded: z.boolean().describe('The tax is part of the prices, not added to the total.'),
    shippingMethod: z.string().describe('The method this quote is for.'),
    shippingMethods: z.array(shippingMethodShape).describe('What can be chosen for the address.'),
    currency: z.string(),
    adjustments: z.array(adjustmentShape).describe('What the total is made of.'),
  })
  .meta({ id: 'Quote' });

export const paymentIntentShape = z
  .object({
    id: z.string(),
    clientSecret: z.string(),
    amount,
    currency: z.string(),
    status: z.enum(['pending', 'processing', 'succeeded', 'failed']),
  })
  .meta({ id: 'PaymentIntent' });

export const calculateRoute = defineRoute({
  method: 'POST',
  path: '/checkout/calculate',
  auth: 'user',
  refusesCardNumbers: true,
  summary: 'What the cart costs when sent to an address',
  description: "Without a couponCode the cart's own coupon counts.",
  tags,
  body: z.object({
    shippingAddressId: purchaseFields.shippingAddressId,
    couponCode: purchaseFields.couponCode,
    shippingMethod: purchaseFields.shippingMethod,
  }),
  response: quoteShape,
  errors: ['CART_EMPTY', 'NOT_FOUND', 'PRODUCT_UNAVAILABLE', 'INSUFFICIENT_STOCK', 'COUPON_INVALID'],
});

export const createIntentRoute = defineRoute({
  method: 'POST',
  path: '/checkout/payment-intent',
  auth: 'user',
  refusesCardNumbers: true,
  summary: 'Open a payment for exactly what the cart costs',
  tags,
  body: z.object({
    amount: z.number().nonnegative().max(1_000_000_000),
    currency: z
      .string()
      .trim()
      .toUpperCase()
      .regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code'),
  }),
  response: paymentIntentShape,
  idempotent: true,
  timeoutMs: PAYMENT_TIMEOUT_MS,
  errors: ['AMOUNT_MISMATCH', 'CART_EMPTY'],
});

export const confirmRoute = defineRoute({
  method: 'POST',
  path: '/checkout/confirm',
  auth: 'user',
  refusesCardNumbers: true,
  summary: 'Pay the intent and place the order',
  tags,
  body: z.object({ paymentIntentId: text(200), ...purchaseFields }),
  response: z
    .object({
      orderId: z.uuid(),
      paymentId: z.string(),
      status: z.enum(['success', 'failed']),
      total: amount,
      message: z.string(),
    })
    .meta({ id: 'CheckoutResult' }),
  idempotent: true,
  timeoutMs: PAYMENT_TIMEOUT_MS,
  errors: ['PAYMENT_DECLINED', 'AMOUNT_MISMATCH', 'INSUFFICIENT_STOCK', 'PAYMENT_INTENT_USED', 'CART_EMPTY'],
});
