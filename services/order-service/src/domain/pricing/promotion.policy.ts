import { DomainError, Money } from '@vici/utils/domain';

/** What coupons take off the goods. */
export interface PromotionPolicy {
  /**
   * The discount on goods worth `subtotal`, between zero and the subtotal.
   * @throws DomainError COUPON_INVALID when the code gives nothing for them
   */
  discount(subtotal: Money, couponCode: string | undefined): Money;
}

/** The shop runs no promotion: every code is refused. */
export class NoPromotions implements PromotionPolicy {
  discount(subtotal: Money, couponCode: string | undefined): Money {
    if (couponCode !== undefined) {
      throw new DomainError('COUPON_INVALID', 'This coupon is not valid.', { couponCode });
    }
    return Money.zero(subtotal.currency);
  }
}
