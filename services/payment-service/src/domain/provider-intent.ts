import type { Money } from '@vici/utils/domain';

/**
 * How a payment stands at the provider. `open`: no try was made; `declined`: the last try was, another may be made;
 * `processing`: a try is under way; `authorized`: the shopper has approved it and the money is held, not taken.
 */
export type ProviderStatus = 'open' | 'processing' | 'declined' | 'authorized' | 'succeeded' | 'cancelled';

/** A payment as the provider sees it. */
export interface ProviderIntent {
  readonly id: string;
  /** The id of the payment intent here. */
  readonly reference: string;
  readonly clientSecret: string;
  readonly status: ProviderStatus;
  readonly captured: Money;
  /** Why the last try was declined. */
  readonly declineCode?: string;
}

/** `pending`: the money is on its way; `failed`: it came back. */
export type ProviderRefundStatus = 'pending' | 'succeeded' | 'failed';

/** A refund as the provider sees it. */
export interface ProviderRefund {
  readonly id: string;
  readonly providerIntentId: string;
  /** The id of the refund here; missing for one that was made at the provider by hand. */
  readonly reference?: string;
  readonly amount: Money;
  readonly status: ProviderRefundStatus;
}

/** `open`: the money is taken back until it is decided; `lost`: for good. */
export type ProviderDisputeStatus = 'open' | 'won' | 'lost';

/** A cardholder's complaint to the bank, as the provider sees it. */
export interface ProviderDispute {
  readonly id: string;
  readonly providerIntentId: string;
  readonly amount: Money;
  readonly reason: string;
  readonly status: ProviderDisputeStatus;
}

/** A payment in the provider's books, for reconciliation. */
export interface ProviderTransaction {
  readonly intent: ProviderIntent;
  readonly refunded: Money;
}

/** A way to pay that the provider keeps for a customer; only what may be shown. */
export interface SavedMethod {
  /** The provider's token. */
  readonly id: string;
  /** `card`, or another kind the provider knows. */
  readonly kind: string;
  readonly brand?: string;
  readonly last4?: string;
  readonly expiryMonth?: number;
  readonly expiryYear?: number;
}

/** What the provider tells by itself, sooner or later, once or more, in any order. */
export interface ProviderEvent {
  /** Unique at the provider; a message sent again has the same. */
  readonly id: string;
  /** The payment at the time of the event. */
  readonly intent?: ProviderIntent;
  /** The idempotency key of the request that caused the event. */
  readonly idempotencyKey?: string;
  /** Present when the event tells of a refund. */
  readonly refund?: ProviderRefund;
  /** Present when the event tells of a dispute. */
  readonly dispute?: ProviderDispute;
}
