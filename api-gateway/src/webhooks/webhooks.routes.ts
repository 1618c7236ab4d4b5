import { z } from 'zod';
import { defineRoute } from '../routing/define-route.js';

/** The provider gives up after ten seconds, and sends again. */
const TIMEOUT_MS = 9_000;

export const stripeWebhookRoute = defineRoute({
  method: 'POST',
  path: '/webhooks/stripe',
  auth: 'public',
  signedBy: 'stripe-signature',
  summary: 'What Stripe tells of payments, refunds and disputes',
  description:
    'Kept before it is answered and applied once, in any order. Anything but a 2xx asks Stripe to send it again.',
  tags: ['Webhooks'],
  response: z.object({ received: z.literal(true) }),
  rateClass: 'webhooks',
  timeoutMs: TIMEOUT_MS,
  errors: ['INVALID_TOKEN', 'VALIDATION_FAILED', 'NOT_FOUND', 'UNSUPPORTED_MEDIA_TYPE'],
});

export const mailWebhookRoute = defineRoute({
  method: 'POST',
  path: '/webhooks/mail',
  auth: 'public',
  signedBy: 'x-vici-signature',
  summary: 'What the mail provider tells of bounces and complaints',
  description:
    'JSON `{ "events": [{ "id", "type": "bounce" | "complaint" | "delivered", "address", "permanent" }] }`. The header is ' +
    '`t=<seconds>,v1=<HMAC-SHA256 of "<seconds>.<body>" in hex>`. Such an address gets no mail any more.',
  tags: ['Webhooks'],
  response: z.object({ received: z.literal(true) }),
  rateClass: 'webhooks',
  timeoutMs: TIMEOUT_MS,
  errors: ['INVALID_TOKEN', 'VALIDATION_FAILED', 'UNSUPPORTED_MEDIA_TYPE'],
});
