import { invalidField } from '@vici/utils/domain';
import type { Shortage } from './reservation.js';
import type { StockSheet } from './stock-sheet.js';

/** More units than this of one SKU in one warehouse is taken for a mistake; it also keeps sums within 32 bits. */
export const MAX_UNITS = 1_000_000_000;

/** A stock-take (SET), delivery (ADD) or correction (SUBTRACT) of one SKU in one warehouse. */
export interface StockChange {
  readonly sku: string;
  readonly productId: string;
  readonly variantId: string | undefined;
  readonly warehouseId: string;
  readonly operation: 'SET' | 'ADD' | 'SUBTRACT';
  readonly quantity: number;
}

function onHandAfter({ operation, quantity }: StockChange, onHand: number): number {
  if (operation === 'SET') return quantity;
  return operation === 'ADD' ? onHand + quantity : onHand - quantity;
}

/**
 * The changes, done one after the other, that would take what is not there or is reserved. `available` is what a
 * SUBTRACT may take at most; for a SET below the reserved units `requested` is how many would have to go.
 */
export function shortagesOfChanges(sheet: StockSheet, changes: readonly StockChange[]): Shortage[] {
  const shortages: Shortage[] = [];
  const simulated = new Map<string, number>();
  for (const [index, change] of changes.entries()) {
    const place = `${change.warehouseId} ${change.sku}`;
    const item = sheet.find(change.sku, change.warehouseId);
    const stocked = item?.onHand ?? 0;
    // Backordered units are not on the shelf: a change cannot take them from it.
    const reserved = item === undefined ? 0 : item.reserved - item.backordered;
    const onHand = simulated.get(place) ?? stocked;
    const after = onHandAfter(change, onHand);
    if (after < reserved) {
      shortages.push({ sku: change.sku, requested: onHand - after, available: onHand - reserved, index });
    }
    simulated.set(place, after);
  }
  return shortages;
}

/**
 * Does the changes one after the other, each with its movement.
 * @throws DomainError VALIDATION_FAILED when more than MAX_UNITS would be on hand
 */
export function applyChanges(
  sheet: StockSheet,
  changes: readonly StockChange[],
  note: { reason: string; reference: string },
): void {
  changes.forEach((change, index) => {
    const onHand = sheet.find(change.sku, change.warehouseId)?.onHand ?? 0;
    const after = onHandAfter(change, onHand);
    if (after > MAX_UNITS) {
      throw invalidField(`changes[${index}].quantity`, `must leave at most ${MAX_UNITS} units on hand`);
    }
    sheet.assign(change.sku, change.productId, change.variantId);
    sheet.move(change, after - onHand, { kind: change.operation, orderId: undefined, ...note });
  });
}
