import type { CheckoutIntent } from '../ports/checkout-intent.repository.js';

/** Payments that were approved or made while no checkout had begun. */
export abstract class UnorderedPayments {
  /**
   * Notes, once, that a payment waits for its order; the shopper's own confirm has so long to come first. What was taken
   * before is not noted again. False: it was not opened for a cart here.
   */
  abstract note(paymentIntentId: string, graceMs: number): Promise<boolean>;

  /** Those that are due; each comes again, later every time, until it is settled. */
  abstract take(limit: number): Promise<readonly CheckoutIntent[]>;

  /** The order is made or the money is back: nothing is left to be done. */
  abstract settled(paymentIntentId: string): Promise<void>;
}
