import { invalidField, Money, parseId } from '@vici/utils/domain';
import type { CheckoutCommand } from '../application/checkout/begin-checkout.js';
import { parsePaymentMethod } from '../domain/payment-method.js';

const MAX_COUPON_LENGTH = 64;
const MAX_REASON_LENGTH = 500;

/** What both ways of buying a cart are sent. */
export interface CheckoutMessage {
  readonly shippingAddressId: string;
  readonly billingAddressId?: string | undefined;
  readonly paymentMethod: string;
  readonly couponCode?: string | undefined;
}

/** @throws DomainError VALIDATION_FAILED naming the field; a card number is never repeated */
export function toCheckoutCommand(message: CheckoutMessage): CheckoutCommand {
  const { billingAddressId } = message;
  return {
    paymentMethod: parsePaymentMethod(message.paymentMethod),
    shippingAddressId: parseId(message.shippingAddressId, 'shippingAddressId'),
    ...(billingAddressId === undefined || billingAddressId === ''
      ? {}
      : { billingAddressId: parseId(billingAddressId, 'billingAddressId') }),
    ...toCoupon(message.couponCode),
  };
}

/** An empty code is none. @throws DomainError VALIDATION_FAILED */
export function toCoupon(code: string | undefined): { couponCode?: string } {
  const couponCode = code?.trim() ?? '';
  if (couponCode.length > MAX_COUPON_LENGTH) {
    throw invalidField('couponCode', `must have at most ${MAX_COUPON_LENGTH} characters`);
  }
  return couponCode === '' ? {} : { couponCode };
}

/** @throws DomainError VALIDATION_FAILED when it is missing or not positive */
export function toAmount(amount: { minor: bigint; currency: string } | undefined): Money {
  if (amount === undefined) {
    throw invalidField('amount', 'is required');
  }
  if (amount.minor <= 0n) {
    throw invalidField('amount', 'must be positive');
  }
  return Money.of(amount.minor, amount.currency);
}

/** An empty reason is none. @throws DomainError VALIDATION_FAILED */
export function toReason(text: string | undefined): string | undefined {
  const reason = text?.trim() ?? '';
  if (reason.length > MAX_REASON_LENGTH) {
    throw invalidField('reason', `must have at most ${MAX_REASON_LENGTH} characters`);
  }
  return reason === '' ? undefined : reason;
}
