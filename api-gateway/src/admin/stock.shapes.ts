import type { Drift, DriftReport, StockEntry, StockLevel } from '@vici/proto-gen/inventory';
import type { Product } from '@vici/proto-gen/product';
import { DomainError, invalidField, invalidFields, notFound } from '@vici/utils';
import { z } from 'zod';
import { id, text } from '../rest/fields.js';
import type { CsvColumn } from '../streaming/csv-export.js';

/** More units than this of one SKU in one warehouse is taken for a mistake. */
const MOST_UNITS = 1_000_000_000;
const MOST_BACKORDERED = 1_000_000;
export const STOCK_OPERATIONS = ['SET', 'ADD', 'SUBTRACT'] as const;
/** How inventory names the quantity of the one change that is sent. */
const FIRST_CHANGE = 'changes[0].';

/** What a change of one SKU says. */
export const changeFields = {
  warehouseId: id.nullish().describe('The main warehouse where it is missing.'),
  quantity: z.int().min(0).max(MOST_UNITS),
  operation: z.enum(STOCK_OPERATIONS),
};

/** Only a stock-take can find nothing. */
export const needsUnits = ({ operation, quantity }: { operation: string; quantity: number }): boolean =>
  operation === 'SET' || quantity > 0;
export const UNITS_MISSING = { path: ['quantity'], error: 'must be at least 1 for ADD and SUBTRACT' };

export const changeStockBody = z
  .object({
    variantId: id.nullish().describe('Needed where the product is sold in variants.'),
    ...changeFields,
    reason: text(200),
  })
  .refine(needsUnits, UNITS_MISSING);

export const productStockShape = z
  .object({
    productId: z.uuid(),
    available: z.int(),
    reserved: z.int(),
    total: z.int().describe('Units on the shelves, reserved ones included.'),
  })
  .meta({ id: 'ProductStock' });

export const stockEntryShape = z
  .object({
    sku: z.string(),
    productId: z.uuid(),
    variantId: z.uuid().optional(),
    available: z.int(),
    reserved: z.int(),
    total: z.int(),
    orderable: z.int().describe('Units that may be ordered now, backordered ones included.'),
    backorderLimit: z
      .int()
      .optional()
      .describe('Units that may be owed at any time; none where it is missing.'),
    lowStockThreshold: z.int(),
    isLow: z.boolean(),
  })
  .meta({ id: 'StockEntry' });

export const thresholdBody = z.object({
  lowStockThreshold: z.int().min(0).max(MOST_UNITS).nullable().describe("null: the shop's."),
});

export const backordersBody = z.object({
  allowed: z.boolean(),
  limit: z.int().min(1).max(MOST_BACKORDERED).nullish().describe('Units that may be owed at any time.'),
});

export const driftReportShape = z
  .object({
    found: z.int(),
    repaired: z.int(),
    drifts: z.array(
      z.object({
        sku: z.string(),
        warehouseId: z.uuid(),
        onHand: z.int(),
        ledger: z.int().describe('Should be onHand.'),
        reserved: z.int(),
        held: z.int().describe('Units of the open reservations; should be reserved.'),
        productId: z.uuid(),
        productAvailable: z.int(),
        productSum: z.int().describe('Should be productAvailable.'),
        backordered: z.int(),
        waiting: z.int().describe('Units that reservations wait for; should be backordered.'),
      }),
    ),
  })
  .meta({ id: 'StockDriftReport' });

type Entry = z.output<typeof stockEntryShape>;

/** The columns of an export. */
export const stockColumns: readonly CsvColumn<Entry>[] = [
  { header: 'sku', value: ({ sku }) => sku },
  { header: 'productId', value: ({ productId }) => productId },
  { header: 'variantId', value: ({ variantId }) => variantId },
  { header: 'available', value: ({ available }) => available },
  { header: 'reserved', value: ({ reserved }) => reserved },
  { header: 'total', value: ({ total }) => total },
  { header: 'orderable', value: ({ orderable }) => orderable },
  { header: 'backorderLimit', value: ({ backorderLimit }) => backorderLimit },
  { header: 'lowStockThreshold', value: ({ lowStockThreshold }) => lowStockThreshold },
  { header: 'isLow', value: ({ isLow }) => isLow },
];

/**
 * The SKU that is stocked.
 * @throws DomainError VALIDATION_FAILED when the product is sold in variants and none is named; NOT_FOUND
 */
export function stockedSku(product: Product, variantId: string | undefined): string {
  if (variantId === undefined) {
    if (product.variants.length === 0) return product.sku;
    throw invalidField('variantId', 'is required: this product is sold in variants');
  }
  const variant = product.variants.find((one) => one.id === variantId);
  if (variant === undefined) throw notFound('Variant', variantId);
  return variant.sku;
}

/** Every SKU of the product that may be stocked. */
export function skusOf({ sku, variants }: Product): string[] {
  return [...new Set([sku, ...variants.map((variant) => variant.sku)])];
}

/** Adds the SKUs of one product up. */
export function toProductStock(
  productId: string,
  levels: readonly StockLevel[],
): z.output<typeof productStockShape> {
  const sum = (of: (level: StockLevel) => number) => levels.reduce((total, level) => total + of(level), 0);
  return {
    productId,
    available: sum(({ available }) => available),
    reserved: sum(({ reserved }) => reserved),
    total: sum(({ onHand }) => onHand),
  };
}

export function toStockEntry({ level, lowStockThreshold }: StockEntry): Entry {
  if (level === undefined) throw new Error('A stock level is missing from an answer');
  const { sku, productId, variantId, available, reserved, onHand, orderable, backorderLimit } = level;
  return {
    sku,
    productId,
    variantId,
    available,
    reserved,
    total: onHand,
    orderable,
    backorderLimit,
    lowStockThreshold,
    isLow: available <= lowStockThreshold,
  };
}

export function toDriftReport({ found, repaired, drifts }: DriftReport): z.output<typeof driftReportShape> {
  return { found, repaired, drifts: drifts.map((drift: Drift) => ({ ...drift })) };
}

/** Gives the fields of the one change the names of the body. */
export async function withStockFieldNames<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    const faults = error instanceof DomainError ? error.details?.['fields'] : undefined;
    if (!Array.isArray(faults)) throw error;
    throw invalidFields(
      faults.map(({ field, message }: { field: string; message: string }) => ({
        field: field.startsWith(FIRST_CHANGE) ? field.slice(FIRST_CHANGE.length) : field,
        message,
      })),
    );
  }
}
