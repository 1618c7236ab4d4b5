import { invalidField, Money, parseId } from '@vici/utils/domain';
import type { CheckoutCommand } from '../application/checkout/begin-checkout.js';
import type { ItemQuantity } from '../domain/item-quantity.js';
import { parsePaymentMethod } from '../domain/payment-method.js';
import type { PricingChoice } from '../domain/pricing/price-order.js';

const MAX_CODE_LENGTH = 64;
const MAX_SENTENCE_LENGTH = 500;

/** What both ways of buying a cart are sent. */
export interface CheckoutMessage {
  readonly shippingAddressId: string;
  readonly billingAddressId?: string | undefined;
  readonly paymentMethod: string;
  readonly couponCode?: string | undefined;
  readonly shippingMethod?: string | undefined;
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
    ...toChoice(message),
  };
}

/** What the shopper chose; an empty code is none. @throws DomainError VALIDATION_FAILED naming the field */
export function toChoice(message: Pick<CheckoutMessage, 'couponCode' | 'shippingMethod'>): PricingChoice {
  const couponCode = toCode(message.couponCode, 'couponCode');
  const shippingMethod = toCode(message.shippingMethod, 'shippingMethod');
  return {
    ...(couponCode === '' ? {} : { couponCode }),
    ...(shippingMethod === '' ? {} : { shippingMethod }),
  };
}

function toCode(value: string | undefined, field: string): string {
  const code = value?.trim() ?? '';
  if (code.length > MAX_CODE_LENGTH) {
    throw invalidField(field, `must have at most ${MAX_CODE_LENGTH} characters`);
  }
  return code;
}

/** At least one minor unit unless told otherwise. @throws DomainError VALIDATION_FAILED */
export function toAmount(amount: { minor: bigint; currency: string } | undefined, least = 1n): Money {
  if (amount === undefined) {
    throw invalidField('amount', 'is required');
  }
  if (amount.minor < least) {
    throw invalidField('amount', least > 0n ? 'must be positive' : 'must not be negative');
  }
  return Money.of(amount.minor, amount.currency);
}

/** An empty reason is none. @throws DomainError VALIDATION_FAILED */
export function toReason(text: string | undefined): string | undefined {
  return toSentence(text, 'reason');
}

/** An empty note is none. @throws DomainError VALIDATION_FAILED */
export function toNote(text: string | undefined): string | undefined {
  return toSentence(text, 'note');
}

/** @throws DomainError VALIDATION_FAILED when it is missing or too long */
export function requireReason(text: string): string {
  const reason = toReason(text);
  if (reason === undefined) {
    throw invalidField('reason', 'is required');
  }
  return reason;
}

/** Units by line, each line once. @throws DomainError VALIDATION_FAILED naming `field` */
export function toItemQuantities(
  lines: readonly { orderItemId: string; quantity: number }[],
  field: string,
): ItemQuantity[] {
  const quantities = lines.map(({ orderItemId, quantity }) => {
    if (quantity < 1) {
      throw invalidField(`${field}.quantity`, 'must be at least 1');
    }
    return { orderItemId: parseId(orderItemId, `${field}.orderItemId`), quantity };
  });
  if (new Set(quantities.map(({ orderItemId }) => orderItemId)).size < quantities.length) {
    throw invalidField(field, 'must hold each line once');
  }
  return quantities;
}

function toSentence(text: string | undefined, field: string): string | undefined {
  const sentence = text?.trim() ?? '';
  if (sentence.length > MAX_SENTENCE_LENGTH) {
    throw invalidField(field, `must have at most ${MAX_SENTENCE_LENGTH} characters`);
  }
  return sentence === '' ? undefined : sentence;
}
