import { Money } from '@vici/utils';
import type { FacetCount } from '../application/product-catalogue.js';
import type { FacetCounts } from './facet-counts.js';

/** A value with how many of the matching products have it. */
export interface CountedValue {
  readonly value: string;
  readonly count: number;
}

const MAX_VALUES = 10;
const MAX_ATTRIBUTES = 8;
/** Where one price band ends and the next begins, in major units. */
const BAND_LIMITS = [10, 25, 50, 100, 250];

/** Where one price band ends and the next begins, in the minor units of a currency. */
export function bandLimits(currency: string): number[] {
  return BAND_LIMITS.map((limit) => Number(Money.fromDecimal(limit, currency).minor));
}

/** Price bands, the cheapest first; their values are limits in minor units, both inclusive. */
export function priceFacet({ bands }: FacetCounts, currency: string): FacetCount[] {
  return bands.flatMap((count, band) =>
    count === 0 ? [] : [{ facet: 'price', ...priceBand(band, currency), count }],
  );
}

function priceBand(band: number, currency: string): { value: string; label: string } {
  const low = BAND_LIMITS[band - 1];
  const high = BAND_LIMITS[band];
  const from = Money.fromDecimal(low ?? 0, currency);
  if (high === undefined)
    return { value: `${from.minor}-`, label: `${currency} ${from.toDecimalString()} and more` };
  const below = Money.fromDecimal(high, currency);
  const last = below.subtract(Money.of(1, currency));
  return {
    value: `${from.minor}-${last.minor}`,
    label:
      low === undefined
        ? `Under ${currency} ${below.toDecimalString()}`
        : `${currency} ${from.toDecimalString()} to ${last.toDecimalString()}`,
  };
}

/** From four stars down to one, each with those that have more. */
export function ratingFacet({ stars }: FacetCounts): FacetCount[] {
  return [4, 3, 2, 1].flatMap((least) => {
    const count = stars.slice(least).reduce((sum, of) => sum + of, 0);
    return count === 0
      ? []
      : [{ facet: 'rating' as const, value: `${least}`, label: `${least} and up`, count }];
  });
}

/** What can be had, and what cannot. */
export function availabilityFacet({ inStock, outOfStock }: FacetCounts): FacetCount[] {
  const values: FacetCount[] = [
    { facet: 'availability', value: 'in_stock', label: 'In stock', count: inStock },
    { facet: 'availability', value: 'out_of_stock', label: 'Out of stock', count: outOfStock },
  ];
  return values.filter(({ count }) => count > 0);
}

/** Values that are their own labels, the commonest first. */
export function valueFacet(
  facet: FacetCount['facet'],
  values: readonly CountedValue[],
  most: number,
): FacetCount[] {
  return values
    .toSorted((left, right) => right.count - left.count || inOrder(left.value, right.value))
    .slice(0, most)
    .map(({ value, count }) => ({ facet, value, label: value, count }));
}

/** The commonest attributes in the order of their names, each a facet of its own; the values are "name:value". */
export function attributeFacets(pairs: readonly CountedValue[]): FacetCount[] {
  const attributes = Map.groupBy(pairs, ({ value }) => value.slice(0, value.indexOf(':')));
  return [...attributes]
    .map(([name, of]) => ({ name, of, total: of.reduce((sum, { count }) => sum + count, 0) }))
    .toSorted((left, right) => right.total - left.total || inOrder(left.name, right.name))
    .slice(0, MAX_ATTRIBUTES)
    .toSorted((left, right) => inOrder(left.name, right.name))
    .flatMap(({ name, of }) => {
      const values = of.map(({ value, count }) => ({ value: value.slice(name.length + 1), count }));
      return valueFacet(`attribute:${name}`, values, MAX_VALUES);
    });
}

/** As the database orders texts that are compared byte by byte, which depends on no locale. */
export function inOrder(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
