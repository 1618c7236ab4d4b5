import { DomainError, Money } from '@vici/utils';
import { z } from 'zod';
import type { ProviderEvent, ProviderIntent, ProviderRefund } from '../domain/provider-intent.js';

const money = z
  .object({ minor: z.string().regex(/^\d{1,18}$/), currency: z.string().length(3) })
  .transform(({ minor, currency }) => Money.of(BigInt(minor), currency));

const intent = z.object({
  id: z.string(),
  reference: z.uuid(),
  clientSecret: z.string(),
  status: z.enum(['open', 'processing', 'declined', 'authorized', 'succeeded', 'cancelled']),
  captured: money,
  declineCode: z.string().exactOptional(),
});

const refund = z.object({
  id: z.string(),
  providerIntentId: z.string(),
  reference: z.uuid().exactOptional(),
  amount: money,
  status: z.enum(['pending', 'succeeded', 'failed']),
});

const dispute = z.object({
  id: z.string(),
  providerIntentId: z.string(),
  amount: money,
  reason: z.string(),
  status: z.enum(['open', 'won', 'lost']),
});

const event = z.object({
  id: z.string().min(1).max(200),
  intent: intent.exactOptional(),
  idempotencyKey: z.string().exactOptional(),
  refund: refund.exactOptional(),
  dispute: dispute.exactOptional(),
});

/** An event, or a part of one, as JSON: amounts become text, as JSON has no integers of their size. */
export function encodeProviderEvent(value: ProviderEvent | ProviderIntent | ProviderRefund): string {
  return JSON.stringify(value, (_, field: unknown) =>
    field instanceof Money ? { minor: field.minor.toString(), currency: field.currency } : field,
  );
}

/** An event read back from parsed JSON. @throws DomainError VALIDATION_FAILED when it is no event */
export function decodeProviderEvent(value: unknown): ProviderEvent {
  const result = event.safeParse(value);
  if (result.success) return result.data;
  throw new DomainError('VALIDATION_FAILED', 'The message of the provider cannot be read.', undefined, {
    cause: result.error,
  });
}

/** A provider's intent as JSON, for the answers kept by idempotency key. */
export const providerIntentSchema = intent;

/** A provider's refund as JSON. */
export const providerRefundSchema = refund;
