import { Money } from '@vici/utils';

/**
 * Stripe writes these with two decimals, though ISO 4217 gives them none:
 * https://docs.stripe.com/currencies#special-cases
 */
const WRITTEN_IN_HUNDREDTHS: ReadonlySet<string> = new Set(['ISK', 'UGX']);

/** An amount as Stripe writes it. */
export function toStripeAmount({ minor, currency }: Money): { amount: number; currency: string } {
  const amount = Number(minor) * (WRITTEN_IN_HUNDREDTHS.has(currency) ? 100 : 1);
  return { amount, currency: currency.toLowerCase() };
}

/** An amount of Stripe's, in ISO's minor units. */
export function fromStripeAmount(amount: number, stripeCurrency: string): Money {
  const currency = stripeCurrency.toUpperCase();
  const minor = WRITTEN_IN_HUNDREDTHS.has(currency) ? Math.trunc(amount / 100) : amount;
  return Money.of(BigInt(minor), currency);
}
