import type { Money } from '@vici/utils/domain';

/**
 * How a payment stands at the provider. `open`: no try was made; `declined`: the last try was, another may be made;
 * `processing`: a try is under way.
 */
export type ProviderStatus = 'open' | 'processing' | 'declined' | 'succeeded' | 'cancelled';

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

/** A refund as the provider sees it. */
export interface ProviderRefund {
  readonly id: string;
  /** The id of the refund here. */
  readonly reference: string;
  readonly amount: Money;
}

/** What the provider tells by itself, sooner or later, once or more, in any order. */
export interface ProviderEvent {
  /** Unique at the provider; a message sent again has the same. */
  readonly id: string;
  /** The payment at the time of the event. */
  readonly intent: ProviderIntent;
  /** The idempotency key of the request that caused the event. */
  readonly idempotencyKey?: string;
  /** Present when the event tells of a refund that was made. */
  readonly refund?: ProviderRefund;
}
