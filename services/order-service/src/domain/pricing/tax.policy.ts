import { Money, roundHalfEven } from '@vici/utils/domain';
import type { Destination } from './destination.js';
import { type CountryTaxRate, standardTaxRates } from './tax-rates.js';

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

const ALL = 10_000n;

/** One rate per country and region of destination; goods sent anywhere else leave untaxed, as exports do. */
export class TabledTax implements TaxPolicy {
  constructor(private readonly rates: Readonly<Record<string, CountryTaxRate>> = standardTaxRates) {}

  taxOn(taxable: Money, destination: Destination): LineTax {
    const rate = this.rates[destination.country.toUpperCase()];
    if (rate === undefined) {
      return { amount: Money.zero(taxable.currency), included: false };
    }
    const basisPoints = rate.regions?.[destination.state.trim().toUpperCase()] ?? rate.basisPoints;
    if (!rate.included) {
      return { amount: taxable.basisPoints(basisPoints), included: false };
    }
    const contained = roundHalfEven(taxable.minor * basisPoints, ALL + basisPoints);
    return { amount: Money.of(contained, taxable.currency), included: true };
  }
}
