import { DomainError, Money } from '@vici/utils/domain';
import type { PaymentIntent } from './payment-intent.js';

/** PENDING until the provider has answered; FAILED when it refused. */
export type RefundStatus = 'PENDING' | 'SUCCEEDED' | 'FAILED';

/** Money given back to the shopper. */
export interface Refund {
  readonly id: string;
  readonly intentId: string;
  /** Made by the caller, unique for the intent. */
  readonly reference: string;
  readonly amount: Money;
  readonly reason: string;
  readonly status: RefundStatus;
  /** No order tells the shopper of it. */
  readonly tellShopper: boolean;
}

/** The reference of a refund that was made at the provider by hand. */
export function handMadeReference(providerRefundId: string): string {
  return `provider:${providerRefundId}`;
}

/** The one going-back of all of an order's money, however often and from wherever it is asked for. */
export function cancelReference(orderId: string): string {
  return `cancel:${orderId}`;
}

/**
 * How much a new refund gives back.
 * @param promised refunds made or under way, in minor units
 * @param wanted all that is left where it is missing
 * @throws DomainError INVALID_TRANSITION when nothing was captured, LIMIT_EXCEEDED past what is left
 */
export function refundable(intent: PaymentIntent, promised: bigint, wanted: Money | undefined): Money {
  // One of nothing is captured with nothing: then there is merely nothing left.
  if (intent.captured.isZero() && !(intent.amount.isZero() && intent.status === 'SUCCEEDED')) {
    throw new DomainError('INVALID_TRANSITION', 'Only a captured payment can be refunded.', {
      status: intent.status,
    });
  }
  const left = intent.captured.subtract(Money.of(promised, intent.amount.currency));
  const amount = wanted ?? left;
  if (amount.isZero() || amount.compare(left) > 0) {
    throw new DomainError('LIMIT_EXCEEDED', 'More than what is left of the payment cannot be refunded.', {
      remainingMinor: Number(left.minor),
      currency: left.currency,
    });
  }
  return amount;
}

/** @throws DomainError IDEMPOTENCY_KEY_REUSED when the reference was used for another amount */
export function assertSameRefund(refund: Refund, wanted: Money | undefined): void {
  if (wanted !== undefined && !wanted.equals(refund.amount)) {
    throw new DomainError('IDEMPOTENCY_KEY_REUSED', 'The reference was used for another refund.', {
      reference: refund.reference,
    });
  }
}
