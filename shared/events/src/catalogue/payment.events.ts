import { z } from 'zod';
import { defineEvent, id, instant, moneySchema } from './event-definition.js';

const payment = <const Type extends string, Fields extends z.ZodRawShape>(type: Type, fields: Fields) =>
  defineEvent({
    type,
    topics: ['payment-events'],
    source: 'payment-service',
    version: 1,
    schema: z.object({
      paymentIntentId: id,
      userId: id,
      /** Absent while no order has claimed the intent. */
      orderId: id.optional(),
      amount: moneySchema,
      occurredAt: instant,
      ...fields,
    }),
  });

export const paymentEvents = {
  /** The shopper has approved it in the browser; the money is held, not taken. */
  'payment.authorized': payment('payment.authorized', {}),
  'payment.succeeded': payment('payment.succeeded', {}),
  'payment.failed': payment('payment.failed', { declineCode: z.string() }),
  'payment.cancelled': payment('payment.cancelled', {}),
  'payment.refunded': payment('payment.refunded', {
    refundId: id,
    refunded: moneySchema,
    reason: z.string().optional(),
    /** No order tells the shopper of it. */
    tellShopper: z.boolean().optional(),
  }),
  'payment.disputed': payment('payment.disputed', {
    reason: z.string(),
    disputeId: z.string().optional(),
    disputed: moneySchema.optional(),
  }),
};
