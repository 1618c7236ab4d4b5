import { invalidField, Money } from '@vici/utils/domain';
import type { Destination } from './destination.js';

/** What is sent and where to. */
export interface Parcel {
  /** Price of the goods after discount. */
  readonly goods: Money;
  readonly weightGrams: number;
  readonly destination: Destination;
}

/** What sending a parcel costs. */
export interface ShippingPolicy {
  /** Never negative, in the currency of the goods. */
  cost(parcel: Parcel): Money;
}

/** One currency's tariff, in minor units. */
export interface ShippingRate {
  readonly fee: bigint;
  /** Goods worth this much or more travel free. */
  readonly freeFrom: bigint;
}

const STANDARD_RATES: Readonly<Record<string, ShippingRate>> = {
  USD: { fee: 599n, freeFrom: 5_000n },
  EUR: { fee: 599n, freeFrom: 5_000n },
  GBP: { fee: 499n, freeFrom: 4_500n },
  CAD: { fee: 799n, freeFrom: 6_500n },
  AUD: { fee: 899n, freeFrom: 7_500n },
  JPY: { fee: 900n, freeFrom: 7_500n },
  VND: { fee: 30_000n, freeFrom: 500_000n },
};

/** One flat fee per order, free from a threshold: 5.99 USD, free from 50.00 USD after discount. */
export class StandardShipping implements ShippingPolicy {
  constructor(private readonly rates: Readonly<Record<string, ShippingRate>> = STANDARD_RATES) {}

  cost({ goods }: Parcel): Money {
    const rate = this.rates[goods.currency];
    if (rate === undefined) {
      throw invalidField('currency', `orders in ${goods.currency} cannot be shipped`);
    }
    return Money.of(goods.minor >= rate.freeFrom ? 0n : rate.fee, goods.currency);
  }
}
