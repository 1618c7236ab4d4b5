/** The uses of promotions, counted by the cart service. */
export abstract class Promotions {
  /**
   * Counts one use of each promotion for the order, all or none; once per order and attempt, however often it is called.
   * @throws DomainError COUPON_INVALID when one has been used up in the meantime
   */
  abstract redeem(
    orderId: string,
    userId: string,
    attempt: number,
    promotionIds: readonly string[],
  ): Promise<void>;

  /** Gives back what the attempt, and those before it, used. */
  abstract release(orderId: string, attempt: number): Promise<void>;
}
