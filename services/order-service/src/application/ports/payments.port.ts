import type { Money } from '@vici/utils/domain';

export type PaymentIntentStatus = 'pending' | 'processing' | 'succeeded' | 'failed' | 'cancelled';

/** A payment as the payment service sees it. */
export interface PaymentIntent {
  readonly id: string;
  readonly clientSecret: string;
  readonly amount: Money;
  readonly status: PaymentIntentStatus;
  readonly userId: string;
  readonly orderId?: string;
}

/** The payment service. Every call can be repeated. */
export abstract class Payments {
  /** Opens a payment; the same key gives the same one. */
  abstract createIntent(userId: string, amount: Money, idempotencyKey: string): Promise<PaymentIntent>;

  /** @throws DomainError NOT_FOUND */
  abstract getIntent(id: string): Promise<PaymentIntent>;

  /** Ties the intent to its one order. @throws DomainError PAYMENT_INTENT_USED, AMOUNT_MISMATCH, NOT_FOUND */
  abstract claimIntent(id: string, orderId: string, userId: string, amount: Money): Promise<PaymentIntent>;

  /** Charges the intent, once per attempt. @throws DomainError PAYMENT_DECLINED with `details.declineCode` */
  abstract captureIntent(
    id: string,
    orderId: string,
    paymentMethod: string,
    attempt: number,
  ): Promise<PaymentIntent>;

  /** Ends an intent that was not captured. @throws DomainError INVALID_TRANSITION when it was */
  abstract cancelIntent(id: string, reason: string): Promise<void>;

  /**
   * Gives back so much of a captured payment, all that is left without an amount; gives the refund's id.
   * @throws DomainError LIMIT_EXCEEDED
   */
  abstract refund(id: string, reference: string, reason: string, amount?: Money): Promise<string>;

  /** `refund` of all that is left, of which no order tells the shopper: the payment service has it told. */
  abstract refundUntold(id: string, reference: string, reason: string): Promise<string>;
}
