import type { Money as MoneyMessage } from '@vici/proto-gen/common';
import { invalidField, isDomainError, Money } from '@vici/utils';

/**
 * Major units for JSON; decimals exist only here, at the edge.
 * @throws Error when an upstream left the amount out, which its contract forbids
 */
export function toDecimal(money: MoneyMessage | undefined): number {
  if (money === undefined) {
    throw new Error('An amount is missing from an answer');
  }
  return Money.of(money.minor, money.currency).toDecimal();
}

/** Money of the contract from what a client wrote. @throws DomainError VALIDATION_FAILED naming `field` */
export function fromDecimal(value: number | string, currency: string, field: string): MoneyMessage {
  try {
    const { minor } = Money.fromDecimal(value, currency);
    return { minor, currency };
  } catch (error) {
    if (isDomainError(error, 'VALIDATION_FAILED')) {
      throw invalidField(field, `must be an amount with at most the decimals of ${currency}`);
    }
    throw error;
  }
}
