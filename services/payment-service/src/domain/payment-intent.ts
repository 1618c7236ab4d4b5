import { DomainError, defineStateMachine, Money, notFound } from '@vici/utils/domain';
import type { ProviderIntent } from './provider-intent.js';

export type PaymentStatus = 'PENDING' | 'PROCESSING' | 'SUCCEEDED' | 'FAILED' | 'CANCELLED';

/** A shopper's payment of one amount, good for one order. */
export interface PaymentIntent {
  readonly id: string;
  readonly provider: string;
  /** Undefined until it is opened at the provider. */
  readonly providerIntentId: string | undefined;
  readonly userId: string;
  readonly orderId: string | undefined;
  readonly amount: Money;
  readonly status: PaymentStatus;
  readonly clientSecret: string;
  /** Who the user is at the provider; undefined as long as no method was saved there. */
  readonly customerId: string | undefined;
  /** It was opened for that customer, so that their saved methods can pay it. */
  readonly openedForCustomer: boolean;
  /** The shopper has approved it in the browser; the money is held, not taken. */
  readonly authorized: boolean;
  readonly captured: Money;
  readonly refunded: Money;
  readonly declineCode: string | undefined;
  /** Number of the last try to capture. */
  readonly attempt: number;
  readonly createdAt: Date;
  /** Counts the changes. */
  readonly version: number;
}

/**
 * The life of a payment. The provider has the last word: money it took is taken, also when a try was given up here
 * (FAILED, or PENDING again) before its answer came.
 */
export const paymentLife = defineStateMachine<PaymentStatus>('payment intent', {
  PENDING: ['PROCESSING', 'SUCCEEDED', 'FAILED', 'CANCELLED'],
  PROCESSING: ['PENDING', 'SUCCEEDED', 'FAILED', 'CANCELLED'],
  FAILED: ['PROCESSING', 'SUCCEEDED', 'CANCELLED'],
  SUCCEEDED: [],
  CANCELLED: [],
});

/** The key one try to capture is made with: asked twice, the provider answers the same and charges once. */
export function captureKey({ id, attempt }: Pick<PaymentIntent, 'id' | 'attempt'>): string {
  return `${id}:capture:${attempt}`;
}

/** PAYMENT_DECLINED with `details.declineCode`. */
export function declined(declineCode: string): DomainError {
  return new DomainError('PAYMENT_DECLINED', 'The payment was declined.', { declineCode });
}

/**
 * Ties the intent to the one order it may pay.
 * @throws DomainError NOT_FOUND for somebody else's intent, PAYMENT_INTENT_USED, AMOUNT_MISMATCH, INVALID_TRANSITION
 */
export function claimed(
  intent: PaymentIntent,
  { userId, orderId, amount }: Pick<PaymentIntent, 'userId' | 'amount'> & { orderId: string },
): PaymentIntent {
  if (intent.userId !== userId) throw notFound('payment intent', intent.id);
  assertOrder(intent, orderId);
  if (!intent.amount.equals(amount)) {
    throw new DomainError('AMOUNT_MISMATCH', 'The payment is of another amount.', {
      amountMinor: Number(intent.amount.minor),
      currency: intent.amount.currency,
    });
  }
  if (intent.orderId === orderId) return intent;
  if (intent.status === 'CANCELLED') paymentLife.assert(intent.status, 'PROCESSING');
  return { ...intent, orderId };
}

/** @throws DomainError PAYMENT_INTENT_USED when the intent pays another order */
export function assertOrder(intent: PaymentIntent, orderId: string): void {
  if (intent.orderId !== undefined && intent.orderId !== orderId) {
    throw new DomainError('PAYMENT_INTENT_USED', 'The payment belongs to another order.', {
      intentId: intent.id,
    });
  }
}

/**
 * Begins a try to capture, or goes on with one whose answer was lost: then it returns the intent unchanged.
 * A captured intent comes back as it is.
 * @throws DomainError PAYMENT_INTENT_USED, INVALID_TRANSITION (not claimed, or cancelled), PAYMENT_DECLINED when this
 * try was declined before, REQUEST_IN_PROGRESS while another try is under way
 */
export function beginCapture(intent: PaymentIntent, orderId: string, attempt: number): PaymentIntent {
  assertOrder(intent, orderId);
  if (intent.orderId === undefined) {
    throw new DomainError('INVALID_TRANSITION', 'No order has claimed the payment.', { intentId: intent.id });
  }
  if (intent.status === 'SUCCEEDED') return intent;
  if (intent.status === 'PROCESSING') {
    if (attempt === intent.attempt) return intent;
    throw new DomainError('REQUEST_IN_PROGRESS', 'Another try of this payment is under way.');
  }
  if (intent.status === 'FAILED' && attempt <= intent.attempt) {
    throw declined(intent.declineCode ?? 'processing_error');
  }
  paymentLife.assert(intent.status, 'PROCESSING');
  return { ...intent, status: 'PROCESSING', attempt, declineCode: undefined };
}

/**
 * Brings the intent up to what the provider says; unchanged (the same object) where that is old news. A decline counts
 * only for the try it answers: without `attempt` for the last one.
 * @throws Error when the provider took another amount than asked for, or money of a cancelled payment
 */
export function settled(
  intent: PaymentIntent,
  provider: ProviderIntent,
  attempt = intent.attempt,
): PaymentIntent {
  if (intent.status === 'CANCELLED' && provider.status === 'succeeded') {
    throw new Error(`The provider captured intent ${intent.id} after it had cancelled it`);
  }
  if (intent.status === 'SUCCEEDED' || intent.status === 'CANCELLED') return intent;
  switch (provider.status) {
    case 'succeeded':
      if (!provider.captured.equals(intent.amount)) {
        throw new Error(
          `The provider captured another amount than the ${intent.amount.minor} of intent ${intent.id}`,
        );
      }
      return { ...intent, status: 'SUCCEEDED', captured: provider.captured, declineCode: undefined };
    case 'cancelled':
      return { ...intent, status: 'CANCELLED' };
    case 'declined':
      if (intent.status === 'FAILED' || attempt !== intent.attempt) return intent;
      return { ...intent, status: 'FAILED', declineCode: provider.declineCode ?? 'card_declined' };
    case 'authorized':
      return intent.authorized ? intent : { ...intent, authorized: true };
    case 'open':
    case 'processing':
      return intent;
  }
}

/** A try that never reached the provider: it can be made again under the same number. */
export function withdrawn(intent: PaymentIntent): PaymentIntent {
  return intent.status === 'PROCESSING' ? { ...intent, status: 'PENDING' } : intent;
}
