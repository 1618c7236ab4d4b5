import { DomainError, notFound } from '@vici/utils';
import { Stripe } from 'stripe';

/** Stripe's word that the payment is not in a state for what was asked. */
const UNEXPECTED_STATE = 'payment_intent_unexpected_state';
const OVER_REFUNDED: ReadonlySet<string> = new Set(['charge_already_refunded', 'amount_too_large']);

/** Whether the payment is past what was asked for: how it stands now is the answer. */
export function isPastThat(error: unknown): boolean {
  return error instanceof Stripe.errors.StripeError && error.code === UNEXPECTED_STATE;
}

/** Whether the method was refused, by the issuer or by Stripe itself; nothing was charged. */
export function isRefusal(error: unknown): error is InstanceType<typeof Stripe.errors.StripeError> {
  if (error instanceof Stripe.errors.StripeCardError) return true;
  const invalid = error instanceof Stripe.errors.StripeInvalidRequestError;
  return invalid && (error.param === 'payment_method' || error.param === 'payment_method_data');
}

/** Whether more was to be refunded than is left. */
export function isOverRefunded(error: unknown): boolean {
  if (!(error instanceof Stripe.errors.StripeInvalidRequestError)) return false;
  return OVER_REFUNDED.has(error.code ?? '') || error.param === 'amount';
}

/**
 * What an error of Stripe's means here. Its own words stay in the cause, for the log: they may name the account.
 * What is not understood leaves the outcome open.
 */
export function translated(error: unknown): unknown {
  if (!(error instanceof Stripe.errors.StripeError)) return error;
  if (error instanceof Stripe.errors.StripeIdempotencyError) {
    return new DomainError('IDEMPOTENCY_KEY_REUSED', 'The key came with another request.', undefined, {
      cause: error,
    });
  }
  if (error.code === 'resource_missing') return notFound('object at the payment provider', error.param ?? '');
  if (error instanceof Stripe.errors.StripeInvalidRequestError) {
    return new Error(`Stripe refused the request: ${error.code ?? error.type}`, { cause: error });
  }
  return new DomainError('SERVICE_UNAVAILABLE', 'The payment provider did not answer.', undefined, {
    cause: error,
  });
}
