import { type ChangeStockRequest, type StockLevel, StockOperation } from '@vici/proto-gen/inventory';
import type { Product } from '@vici/proto-gen/product';
import { DomainError, type FieldFault, invalidFields } from '@vici/utils';
import { z } from 'zod';
import { id, text } from '../rest/fields.js';
import { changeFields, needsUnits, UNITS_MISSING } from './stock.shapes.js';

/** SKUs that change together at most, which is what inventory takes. */
const MOST_LINES = 1_000;
/** What inventory calls a field of a line. */
const CHANGE_FIELD = /^changes\[(\d+)\]\./;
const NO_CONTROL_CHARACTERS = /^\P{Cc}*$/u;

export const changeStockLinesBody = z.object({
  reason: text(200),
  lines: z
    .array(
      z
        .object({
          sku: text(100).regex(NO_CONTROL_CHARACTERS, 'must not contain control characters'),
          productId: id.nullish().describe('Needed where the SKU was never stocked.'),
          ...changeFields,
        })
        .refine(needsUnits, UNITS_MISSING),
    )
    .min(1)
    .max(MOST_LINES),
});

export const changedLinesShape = z
  .object({
    lines: z.array(
      z.object({
        sku: z.string(),
        productId: z.uuid(),
        variantId: z.uuid().optional(),
        operation: changeFields.operation,
        quantity: z.int(),
        available: z.int(),
        reserved: z.int(),
        total: z.int().describe('Units of the SKU on the shelves of all warehouses, after every line.'),
      }),
    ),
  })
  .meta({ id: 'ChangedStock' });

/** One SKU to change. */
export type StockLine = z.output<typeof changeStockLinesBody>['lines'][number];
/** Whose units those of a SKU are. */
export interface SkuOwner {
  readonly productId: string;
  readonly variantId: string | undefined;
}

/** The different ones of a list, so many at a time. */
export function slices(all: readonly string[], size: number): string[][] {
  const different = [...new Set(all)];
  return Array.from({ length: Math.ceil(different.length / size) }, (_, index) =>
    different.slice(index * size, (index + 1) * size),
  );
}

/** Tells whose the SKU of a line is, or what is wrong with the line. */
export function ownerOfLine(
  levels: readonly StockLevel[],
  products: readonly Product[],
): (line: StockLine) => SkuOwner | FieldFault {
  const levelOf = new Map(levels.map((level) => [level.sku, level]));
  const productOf = new Map(products.map((product) => [product.id, product]));
  return ({ sku, productId }) => {
    if (productId) return ownerIn(productOf.get(productId), sku);
    const level = levelOf.get(sku);
    return level?.productId
      ? { productId: level.productId, variantId: level.variantId }
      : { field: 'productId', message: 'is required: this SKU was never stocked' };
  };
}

function ownerIn(product: Product | undefined, sku: string): SkuOwner | FieldFault {
  if (product === undefined) return { field: 'productId', message: 'is no product' };
  const variantId = product.variants.find((variant) => variant.sku === sku)?.id;
  return variantId === undefined && sku !== product.sku
    ? { field: 'sku', message: 'is not of this product' }
    : { productId: product.id, variantId };
}

/**
 * The changes inventory is asked for.
 * @param ownerOf the owner of a SKU, or what is wrong with the line
 * @throws DomainError VALIDATION_FAILED naming every line without an owner
 */
export function toChanges(
  lines: readonly StockLine[],
  ownerOf: (line: StockLine) => SkuOwner | FieldFault,
): ChangeStockRequest['changes'] {
  const faults: FieldFault[] = [];
  const changes = lines.flatMap((line, index) => {
    const owner = ownerOf(line);
    if ('field' in owner) {
      faults.push({ ...owner, field: `lines.${index}.${owner.field}` });
      return [];
    }
    const { sku, quantity, warehouseId } = line;
    const operation = StockOperation[line.operation];
    return [{ sku, ...owner, warehouseId: warehouseId ?? undefined, operation, quantity }];
  });
  if (faults.length > 0) throw invalidFields(faults);
  return changes;
}

/** Tells of each line what its SKU has now. */
export function toChangedLines(
  lines: readonly StockLine[],
  levels: readonly StockLevel[],
): z.output<typeof changedLinesShape> {
  const levelOf = new Map(levels.map((level) => [level.sku, level]));
  return {
    lines: lines.map(({ sku, operation, quantity }) => {
      const level = levelOf.get(sku);
      if (level === undefined) throw new Error('A stock level is missing from an answer');
      const { productId, variantId, available, reserved, onHand } = level;
      return { sku, productId, variantId, operation, quantity, available, reserved, total: onHand };
    }),
  };
}

/** Gives the fields of the changes the names of the lines, and a warehouse there is not the lines that name it. */
export async function withLineNames<T>(lines: readonly StockLine[], call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const { fields, entity, id: missing } = error.details ?? {};
    if (error.code === 'NOT_FOUND' && entity === 'warehouse') {
      throw invalidFields(
        lines.flatMap(({ warehouseId }, index) =>
          warehouseId === missing
            ? [{ field: `lines.${index}.warehouseId`, message: 'is no warehouse' }]
            : [],
        ),
      );
    }
    if (!Array.isArray(fields)) throw error;
    throw invalidFields(
      fields.map(({ field, message }: FieldFault) => ({
        field: field.replace(CHANGE_FIELD, 'lines.$1.'),
        message,
      })),
    );
  }
}
