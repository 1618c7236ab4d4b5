import { Money, roundHalfEven } from '@vici/utils/domain';
import type { Destination } from './destination.js';

/** Tax on one line. */
export interface LineTax {
  readonly amount: Money;
  /** The amount is already part of the price and must not be added to the total. */
  readonly included: boolean;
}

/** The tax of a line, rounded half-even per line. */
export interface TaxPolicy {
  /** @param taxable price of the line after its share of the discount, not negative */
  taxOn(taxable: Money, destination: Destination): LineTax;
}

/** One country's rate. */
export interface TaxRate {
  /** Ten-thousandths: 8 % is 800. */
  readonly basisPoints: bigint;
  /** Prices of that country are quoted with the tax inside. */
  readonly included: boolean;
}

const added = (basisPoints: bigint): TaxRate => ({ basisPoints, included: false });
const inside = (basisPoints: bigint): TaxRate => ({ basisPoints, included: true });

/** Standard rates; goods sent anywhere else leave untaxed, as exports do. */
const STANDARD_RATES: Readonly<Record<string, TaxRate>> = {
  US: added(800n),
  CA: added(500n),
  VN: added(1_000n),
  JP: added(1_000n),
  SG: added(900n),
  GB: inside(2_000n),
  DE: inside(1_900n),
  FR: inside(2_000n),
  IT: inside(2_200n),
  ES: inside(2_100n),
  NL: inside(2_100n),
  AU: inside(1_000n),
};

const ALL = 10_000n;

/** One rate per country of destination. */
export class CountryTax implements TaxPolicy {
  constructor(private readonly rates: Readonly<Record<string, TaxRate>> = STANDARD_RATES) {}

  taxOn(taxable: Money, destination: Destination): LineTax {
    const rate = this.rates[destination.country.toUpperCase()];
    if (rate === undefined) {
      return { amount: Money.zero(taxable.currency), included: false };
    }
    if (!rate.included) {
      return { amount: taxable.basisPoints(rate.basisPoints), included: false };
    }
    const contained = roundHalfEven(taxable.minor * rate.basisPoints, ALL + rate.basisPoints);
    return { amount: Money.of(contained, taxable.currency), included: true };
  }
}
