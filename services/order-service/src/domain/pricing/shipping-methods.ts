import { FlatRate, FreeOver, RateByWeight, type ShippingMethod, type Tariff } from './shipping-rate.js';

const STANDARD_FEES: Tariff = {
  USD: 599n,
  EUR: 599n,
  GBP: 499n,
  CAD: 799n,
  AUD: 899n,
  JPY: 900n,
  VND: 30_000n,
};
const FREE_FROM: Tariff = {
  USD: 5_000n,
  EUR: 5_000n,
  GBP: 4_500n,
  CAD: 6_500n,
  AUD: 7_500n,
  JPY: 7_500n,
  VND: 500_000n,
};
const FIRST_KILO = { includedGrams: 1_000, stepGrams: 500 } as const;

/** The methods of a shop that has not tabled its own. */
export const standardShippingMethods: readonly ShippingMethod[] = [
  {
    code: 'standard',
    name: 'Standard shipping',
    days: [3, 5],
    rate: new FreeOver(new FlatRate(STANDARD_FEES), FREE_FROM),
  },
  {
    code: 'express',
    name: 'Express shipping',
    days: [1, 2],
    rate: new RateByWeight({
      USD: { base: 1_299n, perStep: 150n, ...FIRST_KILO },
      EUR: { base: 1_299n, perStep: 150n, ...FIRST_KILO },
      GBP: { base: 1_099n, perStep: 130n, ...FIRST_KILO },
      CAD: { base: 1_699n, perStep: 200n, ...FIRST_KILO },
      AUD: { base: 1_899n, perStep: 220n, ...FIRST_KILO },
      JPY: { base: 1_900n, perStep: 200n, ...FIRST_KILO },
      VND: { base: 60_000n, perStep: 8_000n, ...FIRST_KILO },
    }),
  },
  {
    code: 'overnight',
    name: 'Overnight shipping',
    days: [1, 1],
    countries: ['US'],
    rate: new FlatRate({ USD: 2_499n }),
  },
];
