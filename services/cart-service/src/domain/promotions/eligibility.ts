import { DomainError, type ErrorDetails, type Money } from '@vici/utils/domain';
import type { Promotion, PromotionScope } from './promotion.js';

/** Why a coupon gives nothing; for programs. */
export type RefusalReason =
  | 'UNKNOWN'
  | 'INACTIVE'
  | 'NOT_STARTED'
  | 'EXPIRED'
  | 'USED_UP'
  | 'USER_LIMIT_REACHED'
  | 'SIGN_IN_REQUIRED'
  | 'NOT_FIRST_ORDER'
  | 'MINIMUM_NOT_REACHED'
  | 'NOTHING_ELIGIBLE'
  | 'BETTER_PROMOTION';

/** Why a promotion does not apply, for programs and for people. */
export interface Refusal {
  readonly reason: RefusalReason;
  readonly message: string;
  readonly details?: ErrorDetails;
}

/** What is known of the shopper. */
export interface ShopperHistory {
  /** False for a guest, of whom nothing is known. */
  readonly signedIn: boolean;
  readonly hasOrdered: boolean;
  /** How many orders of the shopper use the promotion. */
  usesOf(promotionId: string): number;
}

/** Nobody in particular: a guest. */
export const UNKNOWN_SHOPPER: ShopperHistory = { signedIn: false, hasOrdered: false, usesOf: () => 0 };

/** Under which circumstances a cart is priced. */
export interface Circumstances {
  readonly now: Date;
  /** The goods before any discount. */
  readonly subtotal: Money;
  readonly shopper: ShopperHistory;
}

/** The first condition that does not hold; undefined when all do. Whether goods are in its scope shows when it is applied. */
export function refusalOf(
  promotion: Promotion,
  { now, subtotal, shopper }: Circumstances,
): Refusal | undefined {
  const { startsAt, endsAt, usageLimit, perUserLimit, minSubtotal } = promotion;
  if (!promotion.active) return refused('INACTIVE', 'This coupon is not valid any more.');
  if (startsAt !== undefined && now < startsAt) {
    return refused('NOT_STARTED', 'This coupon is not valid yet.', { startsAt: startsAt.toISOString() });
  }
  if (endsAt !== undefined && now >= endsAt) {
    return refused('EXPIRED', 'This coupon has expired.', { endsAt: endsAt.toISOString() });
  }
  if (usageLimit !== undefined && promotion.used >= usageLimit) return USED_UP;
  if (perUserLimit !== undefined && shopper.usesOf(promotion.id) >= perUserLimit) return USER_LIMIT_REACHED;
  if (promotion.firstOrder && !shopper.signedIn) {
    return refused('SIGN_IN_REQUIRED', 'Sign in to use this coupon: it is for the first order.');
  }
  if (promotion.firstOrder && shopper.hasOrdered) return NOT_FIRST_ORDER;
  return minSubtotal === undefined ? undefined : minimumRefusal(subtotal, minSubtotal);
}

/** All uses are taken. */
export const USED_UP: Refusal = refused('USED_UP', 'This coupon has been used up.');
/** The shopper has used it as often as allowed. */
export const USER_LIMIT_REACHED: Refusal = refused(
  'USER_LIMIT_REACHED',
  'You have used this coupon as often as it allows.',
);
/** The shopper has ordered before. */
export const NOT_FIRST_ORDER: Refusal = refused(
  'NOT_FIRST_ORDER',
  'This coupon is for the first order only.',
);
/** There is no such coupon. */
export const UNKNOWN_COUPON: Refusal = refused('UNKNOWN', 'This coupon is not known.');
/** Nothing in the cart is in its scope, or there is not enough of it. */
export const NOTHING_ELIGIBLE: Refusal = refused(
  'NOTHING_ELIGIBLE',
  'This coupon gives nothing for what is in the cart.',
);
/** It cannot be combined with what gives more. */
export const BETTER_PROMOTION: Refusal = refused(
  'BETTER_PROMOTION',
  'A better promotion applies, which cannot be combined with this coupon.',
);

/** The failure a client is told; `details.reason` is for programs. */
export function couponInvalid({ reason, message, details }: Refusal, couponCode?: string): DomainError {
  return new DomainError('COUPON_INVALID', message, {
    reason,
    ...(couponCode !== undefined && { couponCode }),
    ...details,
  });
}

/** Whether a product is what the promotion is for. @param categoryPath its category, and the ancestors of that */
export function isInScope(
  { productIds, categoryIds }: PromotionScope,
  productId: string,
  categoryPath: readonly string[],
): boolean {
  if (productIds.length === 0 && categoryIds.length === 0) return true;
  return productIds.includes(productId) || categoryPath.some((id) => categoryIds.includes(id));
}

function minimumRefusal(subtotal: Money, minimum: Money): Refusal | undefined {
  if (subtotal.currency !== minimum.currency) return NOTHING_ELIGIBLE;
  if (subtotal.compare(minimum) >= 0) return undefined;
  const missing = minimum.subtract(subtotal);
  return refused(
    'MINIMUM_NOT_REACHED',
    `This coupon needs goods worth ${minimum.toDecimalString()} ${minimum.currency}: ${missing.toDecimalString()} more.`,
    { minSubtotal: minimum.toDecimal(), missing: missing.toDecimal(), currency: minimum.currency },
  );
}

function refused(reason: RefusalReason, message: string, details?: ErrorDetails): Refusal {
  return { reason, message, ...(details !== undefined && { details }) };
}
