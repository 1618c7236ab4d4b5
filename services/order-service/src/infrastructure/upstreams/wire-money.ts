import { DomainError, Money } from '@vici/utils/domain';

/** Money as messages carry it. */
export interface WireMoney {
  readonly minor: bigint;
  readonly currency: string;
}

/** @throws DomainError INTERNAL when an upstream left an amount out that its contract promises */
export function fromWire(money: WireMoney | undefined, what: string): Money {
  if (money === undefined) {
    throw new DomainError('INTERNAL', `An upstream service sent no ${what}.`);
  }
  return Money.of(money.minor, money.currency);
}

export function toWire(money: Money): WireMoney {
  return { minor: money.minor, currency: money.currency };
}
