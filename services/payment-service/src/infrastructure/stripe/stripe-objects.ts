import { Money } from '@vici/utils';
import type { Stripe } from 'stripe';
import { z } from 'zod';
import type {
  ProviderDispute,
  ProviderDisputeStatus,
  ProviderIntent,
  ProviderRefund,
  ProviderRefundStatus,
  ProviderStatus,
  SavedMethod,
} from '../../domain/provider-intent.js';
import { fromStripeAmount } from './stripe-amount.js';

/** Under these the ids of this system travel with Stripe's objects. */
export const INTENT_REFERENCE = 'vici_intent_id';
export const REFUND_REFERENCE = 'vici_refund_id';

const expandable = z.union([z.string(), z.object({ id: z.string() }).transform(({ id }) => id)]);
const metadata = z.record(z.string(), z.string()).nullish();

/** What is read of a payment intent, from an answer or a webhook. */
export const stripeIntent = z.object({
  id: z.string(),
  amount: z.int(),
  amount_received: z.int().default(0),
  currency: z.string().length(3),
  client_secret: z.string().nullish(),
  status: z.string(),
  metadata,
  last_payment_error: z.object({ code: z.string().nullish(), decline_code: z.string().nullish() }).nullish(),
  latest_charge: z.union([z.string(), z.object({ amount_refunded: z.int().default(0) })]).nullish(),
});
export type StripeIntent = z.infer<typeof stripeIntent>;

/** What is read of a refund. */
export const stripeRefund = z.object({
  id: z.string(),
  amount: z.int(),
  currency: z.string().length(3),
  status: z.string().nullish(),
  payment_intent: expandable.nullish(),
  metadata,
});

/** What is read of a dispute. */
export const stripeDispute = z.object({
  id: z.string(),
  amount: z.int(),
  currency: z.string().length(3),
  reason: z.string(),
  status: z.string(),
  payment_intent: expandable.nullish(),
});

const STATUSES: ReadonlyMap<string, ProviderStatus> = new Map([
  ['requires_confirmation', 'open'],
  // The bank wants to see the shopper, who can still approve it in the browser.
  ['requires_action', 'declined'],
  ['processing', 'processing'],
  ['requires_capture', 'authorized'],
  ['succeeded', 'succeeded'],
  ['canceled', 'cancelled'],
]);

/** Undefined for a payment that is not one of this system's: others may use the account. */
export function toProviderIntent(intent: StripeIntent): ProviderIntent | undefined {
  const reference = z.uuid().safeParse(intent.metadata?.[INTENT_REFERENCE]);
  if (!reference.success) return undefined;
  const status = statusOf(intent);
  return {
    id: intent.id,
    reference: reference.data,
    clientSecret: intent.client_secret ?? '',
    status,
    captured:
      status === 'succeeded'
        ? fromStripeAmount(intent.amount_received, intent.currency)
        : Money.zero(intent.currency.toUpperCase()),
    ...(status === 'declined' && { declineCode: declineCodeOf(intent) }),
  };
}

/** What was refunded of a payment whose latest charge came with it. */
export function refundedOf({ latest_charge: charge, currency }: StripeIntent): Money {
  const refunded = typeof charge === 'object' && charge !== null ? charge.amount_refunded : 0;
  return fromStripeAmount(refunded, currency);
}

function statusOf({ status, last_payment_error: failure }: StripeIntent): ProviderStatus {
  if (status === 'requires_payment_method') return failure == null ? 'open' : 'declined';
  return STATUSES.get(status) ?? 'processing';
}

/** The issuer's reason where it gave one; `generic_decline` says less than Stripe's own code. */
function declineCodeOf({ status, last_payment_error: failure }: StripeIntent): string {
  if (status === 'requires_action') return 'authentication_required';
  const { decline_code: reason, code } = failure ?? {};
  return (reason === 'generic_decline' ? undefined : reason) ?? code ?? 'card_declined';
}

const REFUND_STATUSES: ReadonlyMap<string, ProviderRefundStatus> = new Map([
  ['succeeded', 'succeeded'],
  ['failed', 'failed'],
  ['canceled', 'failed'],
]);

/** Undefined for a refund of a charge without a payment intent: none of this system's is. */
export function toProviderRefund(refund: z.infer<typeof stripeRefund>): ProviderRefund | undefined {
  const { id, amount, currency, payment_intent: providerIntentId } = refund;
  if (providerIntentId == null) return undefined;
  const reference = z.uuid().safeParse(refund.metadata?.[REFUND_REFERENCE]);
  return {
    id,
    providerIntentId,
    ...(reference.success && { reference: reference.data }),
    amount: fromStripeAmount(amount, currency),
    status: REFUND_STATUSES.get(refund.status ?? '') ?? 'pending',
  };
}

const DISPUTE_STATUSES: ReadonlyMap<string, ProviderDisputeStatus> = new Map([
  ['needs_response', 'open'],
  ['under_review', 'open'],
  ['won', 'won'],
  ['lost', 'lost'],
]);

/** Undefined for a mere inquiry (`warning_…`), which takes no money back, and for what is not of a payment intent. */
export function toProviderDispute(dispute: z.infer<typeof stripeDispute>): ProviderDispute | undefined {
  const { id, amount, currency, reason, payment_intent: providerIntentId } = dispute;
  const status = DISPUTE_STATUSES.get(dispute.status);
  if (providerIntentId == null || status === undefined) return undefined;
  return { id, providerIntentId, amount: fromStripeAmount(amount, currency), reason, status };
}

/** What may be shown of a saved method. */
export function toSavedMethod({ id, type, card }: Stripe.PaymentMethod): SavedMethod {
  if (card == null) return { id, kind: type };
  const { brand, last4, exp_month: expiryMonth, exp_year: expiryYear } = card;
  return { id, kind: type, brand, last4, expiryMonth, expiryYear };
}
