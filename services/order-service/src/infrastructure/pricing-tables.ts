import { readFileSync } from 'node:fs';
import { z } from 'zod';
import {
  FlatRate,
  FreeOver,
  RateByWeight,
  type ShippingMethod,
  type ShippingRate,
} from '../domain/pricing/shipping-rate.js';
import type { CountryTaxRate } from '../domain/pricing/tax-rates.js';

const minor = z.int().nonnegative().transform(BigInt);
const tariff = z.record(z.string().regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code'), minor);
const basisPoints = z.int().min(0).max(10_000).transform(BigInt);
const country = z.string().regex(/^[A-Z]{2}$/, 'must be an ISO 3166-1 code');

const shippingRow = z
  .object({
    code: z.string().regex(/^[a-z][a-z0-9-]{0,31}$/),
    name: z.string().min(1).max(80),
    days: z.tuple([z.int().min(0), z.int().min(0)]),
    countries: z.array(country).min(1).optional(),
    flat: tariff.optional(),
    byWeight: z
      .record(
        z.string().length(3),
        z.object({ base: minor, includedGrams: z.int().min(0), stepGrams: z.int().min(1), perStep: minor }),
      )
      .optional(),
    freeFrom: tariff.optional(),
  })
  .refine(({ flat, byWeight }) => (flat === undefined) !== (byWeight === undefined), {
    message: 'needs either flat or byWeight',
  });

const taxRow = z.object({
  basisPoints,
  included: z.boolean(),
  regions: z.record(z.string().toUpperCase(), basisPoints).optional(),
});

const tablesSchema = z.object({
  shipping: z
    .array(shippingRow)
    .min(1)
    .refine((rows) => new Set(rows.map(({ code }) => code)).size === rows.length, 'codes must be unique')
    .optional(),
  tax: z.record(country, taxRow).optional(),
});

/** What a shop has tabled of its own. */
export interface PricingTables {
  readonly shipping?: readonly ShippingMethod[];
  readonly tax?: Readonly<Record<string, CountryTaxRate>>;
}

/**
 * Reads a shop's own tables of shipping methods and tax rates; see the README for the format.
 * @throws Error naming the file and every fault of it
 */
export function readPricingTables(file: string | undefined): PricingTables {
  if (file === undefined) {
    return {};
  }
  const result = tablesSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  if (!result.success) {
    throw new Error(`${file} is not valid: ${z.prettifyError(result.error)}`);
  }
  const { shipping, tax } = result.data;
  return {
    ...(shipping === undefined ? {} : { shipping: shipping.map(toMethod) }),
    ...(tax === undefined ? {} : { tax: toTaxRates(tax) }),
  };
}

function toMethod({ code, name, days, countries, ...row }: z.output<typeof shippingRow>): ShippingMethod {
  return { code, name, days, rate: toRate(row), ...(countries === undefined ? {} : { countries }) };
}

function toRate({ flat, byWeight, freeFrom }: Partial<z.output<typeof shippingRow>>): ShippingRate {
  const rate = byWeight === undefined ? new FlatRate(flat ?? {}) : new RateByWeight(byWeight);
  return freeFrom === undefined ? rate : new FreeOver(rate, freeFrom);
}

function toTaxRates(rows: Readonly<Record<string, z.output<typeof taxRow>>>): Record<string, CountryTaxRate> {
  return Object.fromEntries(
    Object.entries(rows).map(([code, { regions, ...rate }]) => [
      code,
      regions === undefined ? rate : { ...rate, regions },
    ]),
  );
}
