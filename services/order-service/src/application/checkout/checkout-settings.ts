/** Times of the checkout. */
export abstract class CheckoutSettings {
  /** How long the shopper has to pay. */
  abstract readonly deadlineMs: number;
  /** How long stock stays reserved: longer than the deadline. */
  abstract readonly reservationSeconds: number;
  /** How long a paid shopper has to confirm before the order is made without. */
  abstract readonly confirmGraceMs: number;
  /** How long a process may be silent before another one takes its saga. */
  abstract readonly leaseMs: number;
}
