import {
  type ChangeStockRequest,
  type ReservationLine,
  type StockChange as StockChangeMessage,
  StockOperation,
} from '@vici/proto-gen/inventory';
import { invalidField, parseId } from '@vici/utils';
import type { ChangeStockCommand } from '../application/change-stock.use-case.js';
import { MAX_UNITS, type StockChange } from '../domain/stock-change.js';
import { DEFAULT_WAREHOUSE_ID, type Demand } from '../domain/stock-item.js';

const MAX_CHANGES = 1_000;
const MAX_LINES = 100;
const MAX_LINE_QUANTITY = 1_000_000;
const MAX_SKU = 100;
const MAX_TEXT = 200;
const MAX_TTL_SECONDS = 86_400;
const CONTROL_CHARACTERS = /\p{Cc}/u;

/** A required text of at most `max` characters. @throws DomainError VALIDATION_FAILED naming `field` */
export function checkedText(value: string, field: string, max = MAX_TEXT): string {
  if (value.trim() === '' || value.length > max)
    throw invalidField(field, `must have 1 to ${max} characters`);
  if (CONTROL_CHARACTERS.test(value)) throw invalidField(field, 'must not contain control characters');
  return value;
}

/** @throws DomainError VALIDATION_FAILED naming `field` */
export function checkedSku(sku: string, field: string): string {
  return checkedText(sku, field, MAX_SKU);
}

/** Lines of an order. @throws DomainError VALIDATION_FAILED naming the bad field */
export function checkedLines(lines: readonly ReservationLine[]): Demand[] {
  if (lines.length === 0 || lines.length > MAX_LINES) {
    throw invalidField('lines', `must hold 1 to ${MAX_LINES} lines`);
  }
  return lines.map(({ sku, quantity }, index) => {
    if (quantity < 1 || quantity > MAX_LINE_QUANTITY) {
      throw invalidField(`lines[${index}].quantity`, `must be from 1 to ${MAX_LINE_QUANTITY}`);
    }
    return { sku: checkedSku(sku, `lines[${index}].sku`), quantity };
  });
}

/** Seconds; zero stands for the default and gives undefined. @throws DomainError VALIDATION_FAILED */
export function checkedTtl(ttlSeconds: number): number | undefined {
  if (ttlSeconds < 0 || ttlSeconds > MAX_TTL_SECONDS) {
    throw invalidField('ttlSeconds', `must be from 0 to ${MAX_TTL_SECONDS}`);
  }
  return ttlSeconds === 0 ? undefined : ttlSeconds;
}

/** @throws DomainError VALIDATION_FAILED naming the bad field */
export function checkedChangeStock(request: ChangeStockRequest): ChangeStockCommand {
  const { changes } = request;
  if (changes.length === 0 || changes.length > MAX_CHANGES) {
    throw invalidField('changes', `must hold 1 to ${MAX_CHANGES} changes`);
  }
  return {
    changes: changes.map((change, index) => checkedChange(change, `changes[${index}]`)),
    reason: checkedText(request.reason, 'reason'),
    reference: checkedText(request.reference, 'reference'),
  };
}

function checkedChange(change: StockChangeMessage, at: string): StockChange {
  const { sku, productId, variantId, warehouseId, quantity } = change;
  const operation = operationOf(change.operation, `${at}.operation`);
  const least = operation === 'SET' ? 0 : 1;
  if (quantity < least || quantity > MAX_UNITS) {
    throw invalidField(`${at}.quantity`, `must be from ${least} to ${MAX_UNITS}`);
  }
  return {
    sku: checkedSku(sku, `${at}.sku`),
    productId: parseId<'Product'>(productId, `${at}.productId`),
    variantId: variantId === undefined ? undefined : parseId<'Variant'>(variantId, `${at}.variantId`),
    warehouseId:
      warehouseId === undefined
        ? DEFAULT_WAREHOUSE_ID
        : parseId<'Warehouse'>(warehouseId, `${at}.warehouseId`),
    operation,
    quantity,
  };
}

function operationOf(operation: StockOperation, field: string): StockChange['operation'] {
  switch (operation) {
    case StockOperation.SET:
      return 'SET';
    case StockOperation.ADD:
      return 'ADD';
    case StockOperation.SUBTRACT:
      return 'SUBTRACT';
    default:
      throw invalidField(field, 'must be SET, ADD or SUBTRACT');
  }
}
