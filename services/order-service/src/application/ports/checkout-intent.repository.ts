import type { Money } from '@vici/utils/domain';
import type { SagaState } from '../../domain/saga-record.js';

/** What the shopper last asked the price for. */
export interface QuoteMemory {
  readonly addressId: string;
  readonly couponCode?: string;
  readonly shippingMethod?: string;
}

/** A payment opened for a cart. */
export interface CheckoutIntent {
  readonly id: string;
  readonly userId: string;
  readonly amount: Money;
  readonly cartId: string;
  readonly cartVersion: bigint;
  /** Code of the shipping method it was priced with. */
  readonly shippingMethod: string;
  /** Key under which the payment service opened it. */
  readonly paymentKey: string;
  /** Idempotency key of the shopper's call. */
  readonly requestKey?: string;
}

/** An intent and how far its checkout is. */
export interface KnownIntent extends CheckoutIntent {
  readonly sagaState?: SagaState;
}

/** Where a shopper stands before a payment is opened. */
export interface ShopperStanding {
  readonly quote?: QuoteMemory;
  /** The cart that payments were opened for, in its last version; of several the one made last. */
  readonly latestCart?: Pick<CheckoutIntent, 'cartId' | 'cartVersion'>;
}

/** Quotes and payment intents of checkouts that have not begun. */
export abstract class CheckoutIntentRepository {
  abstract rememberQuote(userId: string, quote: QuoteMemory): Promise<void>;
  abstract lastQuote(userId: string): Promise<QuoteMemory | undefined>;
  /** The last quote, and the latest cart a payment was opened for. */
  abstract standing(userId: string): Promise<ShopperStanding>;

  /** Stores an intent; storing it again changes nothing. A request key that is taken is left out. */
  abstract add(intent: CheckoutIntent): Promise<void>;

  abstract find(id: string): Promise<KnownIntent | undefined>;
  /**
   * `find` for whoever is about to begin its checkout: the first time this process is asked for an intent it has stored,
   * it answers without a look, so that a checkout which has begun elsewhere may be missing. No two begin for one intent.
   */
  abstract findFirst(id: string): Promise<KnownIntent | undefined>;
  abstract findByRequestKey(userId: string, key: string): Promise<CheckoutIntent | undefined>;

  /** The newest intent opened for exactly this cart and amount. */
  abstract newestForCart(
    userId: string,
    cartId: string,
    cartVersion: bigint,
    amount: Money,
  ): Promise<KnownIntent | undefined>;
}
