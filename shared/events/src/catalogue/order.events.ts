import { z } from 'zod';
import { defineEvent, id, instant, moneySchema } from './event-definition.js';

const orderLine = z.object({
  orderItemId: id,
  productId: id,
  variantId: id.optional(),
  sku: z.string(),
  name: z.string(),
  image: z.string(),
  categoryId: id.optional(),
  categoryName: z.string().optional(),
  quantity: z.int().positive(),
  unitPrice: moneySchema,
  totalPrice: moneySchema,
});

const postalAddress = z.object({
  firstName: z.string(),
  lastName: z.string(),
  addressLine1: z.string(),
  addressLine2: z.string().optional(),
  city: z.string(),
  state: z.string(),
  postalCode: z.string(),
  country: z.string(),
});

/** The whole order as every order event carries it, so that no reader has to ask back. */
export const orderSnapshot = z.object({
  orderId: id,
  number: z.string(),
  userId: id,
  /** Guest or browser session in which the order was placed; attributes the purchase. */
  shopperSessionId: z.string().optional(),
  email: z.string(),
  status: z.enum([
    'PENDING',
    'PROCESSING',
    'PAYMENT_PENDING',
    'PAYMENT_FAILED',
    'CONFIRMED',
    'PREPARING',
    'SHIPPED',
    'DELIVERED',
    'CANCELLED',
    'REFUNDED',
  ]),
  items: z.array(orderLine),
  subtotal: moneySchema,
  shipping: moneySchema,
  tax: moneySchema,
  discount: moneySchema,
  total: moneySchema,
  couponCode: z.string().optional(),
  shippingAddress: postalAddress,
  paymentId: id.optional(),
  placedAt: instant,
});
export type OrderSnapshot = z.infer<typeof orderSnapshot>;

/** Units that a shopper sends back, as far as it has got. */
const orderReturn = z.object({
  returnId: id,
  status: z.enum(['REQUESTED', 'APPROVED', 'REJECTED', 'RECEIVED', 'REFUNDED']),
  /** What the staff last said of it; empty where they said nothing. */
  note: z.string(),
  lines: z.array(z.object({ orderItemId: id, quantity: z.int().positive() })),
  /** What was paid for the units. */
  value: moneySchema,
  /** What has gone back for them, once it has. */
  refunded: moneySchema.optional(),
});

const order = <const Type extends string, Fields extends z.ZodRawShape>(type: Type, fields: Fields) =>
  defineEvent({
    type,
    topics: ['order-events'],
    source: 'order-service',
    version: 1,
    schema: z.object({ order: orderSnapshot, occurredAt: instant, ...fields }),
  });

export const orderEvents = {
  'order.created': order('order.created', {}),
  'order.confirmed': order('order.confirmed', {}),
  'order.payment_failed': order('order.payment_failed', { declineCode: z.string().optional() }),
  'order.preparing': order('order.preparing', {}),
  'order.shipped': order('order.shipped', {
    tracking: z.object({ trackingNumber: z.string(), carrier: z.string(), url: z.string() }).optional(),
  }),
  'order.delivered': order('order.delivered', {}),
  'order.cancelled': order('order.cancelled', { reason: z.string() }),
  'order.refunded': order('order.refunded', { refunded: moneySchema, reason: z.string() }),
  'order.return_updated': order('order.return_updated', { return: orderReturn }),
};
