import type { FieldChecks } from './field-checks.js';

/** A price for a time, in the product's currency. */
export interface Sale {
  readonly priceMinor: bigint;
  /** From the beginning of time where it is undefined. */
  readonly startsAt: Date | undefined;
  /** Never where it is undefined. */
  readonly endsAt: Date | undefined;
}

/** A sale as it is asked for, its price checked already. */
export interface SaleInput {
  readonly startsAt?: Date | undefined;
  readonly endsAt?: Date | undefined;
}

/** The sale of a product that costs `listPriceMinor` outside of it: cheaper, and over after it began. */
export function checkedSale(
  checks: FieldChecks,
  path: string,
  priceMinor: bigint,
  { startsAt, endsAt }: SaleInput,
  listPriceMinor: bigint,
): Sale {
  if (priceMinor >= listPriceMinor) checks.fault(`${path}.price`, 'must be below the price of the product');
  for (const [field, moment] of Object.entries({ startsAt, endsAt })) {
    if (moment !== undefined && Number.isNaN(moment.getTime()))
      checks.fault(`${path}.${field}`, 'must be a moment');
  }
  if (startsAt !== undefined && endsAt !== undefined && endsAt <= startsAt)
    checks.fault(`${path}.endsAt`, 'must be after the start');
  return { priceMinor, startsAt, endsAt };
}
