import { z } from 'zod';
import { PAYMENT_TIMEOUT_MS } from '../orders/orders.routes.js';
import { text } from '../rest/fields.js';
import { defineRoute } from '../routing/define-route.js';

const tags = ['Payment methods'];

export const paymentMethodShape = z
  .object({
    id: z.string().describe('What `paymentMethod` takes when an order is paid.'),
    kind: z.string(),
    brand: z.string().optional(),
    last4: z.string().optional(),
    expiryMonth: z.int().optional(),
    expiryYear: z.int().optional(),
  })
  .meta({ id: 'PaymentMethod' });

export const listMethodsRoute = defineRoute({
  method: 'GET',
  path: '/payment-methods',
  auth: 'user',
  summary: "The user's saved ways to pay, newest first",
  tags,
  response: z.array(paymentMethodShape),
  timeoutMs: PAYMENT_TIMEOUT_MS,
});

export const saveMethodRoute = defineRoute({
  method: 'POST',
  path: '/payment-methods',
  auth: 'user',
  refusesCardNumbers: true,
  summary: 'Save a token of the payment provider for later payments',
  tags,
  body: z.object({ paymentMethod: text(200) }),
  response: paymentMethodShape,
  status: 201,
  idempotent: true,
  timeoutMs: PAYMENT_TIMEOUT_MS,
  errors: ['PAYMENT_DECLINED'],
});

export const removeMethodRoute = defineRoute({
  method: 'DELETE',
  path: '/payment-methods/:id',
  auth: 'user',
  summary: 'Forget a saved way to pay',
  tags,
  params: z.object({ id: text(200) }),
  response: z.null(),
  timeoutMs: PAYMENT_TIMEOUT_MS,
  errors: ['NOT_FOUND'],
});
