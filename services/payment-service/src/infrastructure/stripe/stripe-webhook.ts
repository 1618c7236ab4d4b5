import { DomainError } from '@vici/utils';
import { Stripe } from 'stripe';
import { z } from 'zod';
import type { ProviderEvent } from '../../domain/provider-intent.js';
import {
  stripeDispute,
  stripeIntent,
  stripeRefund,
  toProviderDispute,
  toProviderIntent,
  toProviderRefund,
} from './stripe-objects.js';

const envelope = z.object({
  id: z.string().min(1).max(200),
  type: z.string(),
  request: z.object({ idempotency_key: z.string().nullish() }).nullish(),
  data: z.object({ object: z.unknown() }),
});

/** What an event is about, by its type; anything else is of no use here. */
const SUBJECTS: readonly [RegExp, (object: unknown) => Omit<ProviderEvent, 'id'> | undefined][] = [
  [/^payment_intent\.(succeeded|payment_failed|canceled|amount_capturable_updated|processing)$/, ofIntent],
  [/^(refund\.(created|updated|failed)|charge\.refund\.updated)$/, ofRefund],
  [/^charge\.dispute\.(created|updated|closed|funds_withdrawn|funds_reinstated)$/, ofDispute],
];

/**
 * A webhook of Stripe's: the signature is checked over the very bytes, and no older than the tolerance.
 * @throws DomainError INVALID_TOKEN, VALIDATION_FAILED
 */
export function parseStripeWebhook(
  body: string,
  signature: string,
  { secrets, toleranceSeconds }: { readonly secrets: readonly string[]; readonly toleranceSeconds: number },
): ProviderEvent | undefined {
  if (!secrets.some((secret) => isSigned(body, signature, secret, toleranceSeconds))) {
    throw new DomainError('INVALID_TOKEN', 'The signature of the message is not valid.');
  }
  const event = read(envelope, parsed(body));
  const subject = SUBJECTS.find(([types]) => types.test(event.type))?.[1](event.data.object);
  if (subject === undefined) return undefined;
  const idempotencyKey = event.request?.idempotency_key;
  return { id: event.id, ...subject, ...(idempotencyKey != null && { idempotencyKey }) };
}

function isSigned(body: string, signature: string, secret: string, tolerance: number): boolean {
  try {
    Stripe.webhooks.constructEvent(body, signature, secret, tolerance);
    return true;
  } catch (error) {
    if (error instanceof Stripe.errors.StripeSignatureVerificationError) return false;
    throw unreadable(error);
  }
}

function ofIntent(object: unknown): Omit<ProviderEvent, 'id'> | undefined {
  const intent = toProviderIntent(read(stripeIntent, object));
  return intent && { intent };
}

function ofRefund(object: unknown): Omit<ProviderEvent, 'id'> | undefined {
  const refund = toProviderRefund(read(stripeRefund, object));
  return refund && { refund };
}

function ofDispute(object: unknown): Omit<ProviderEvent, 'id'> | undefined {
  const dispute = toProviderDispute(read(stripeDispute, object));
  return dispute && { dispute };
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    throw unreadable(error);
  }
}

function read<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (!result.success) throw unreadable(result.error);
  return result.data;
}

function unreadable(cause: unknown): DomainError {
  return new DomainError('VALIDATION_FAILED', 'The message of the provider cannot be read.', undefined, {
    cause,
  });
}
