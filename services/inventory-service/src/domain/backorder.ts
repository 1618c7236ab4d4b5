import type { AllocationPolicy } from './allocation-policy.js';
import type { ReservationStatus } from './reservation.js';
import type { AllocatedLine, Demand, StockItem } from './stock-item.js';
import type { Coverage, StockSheet } from './stock-sheet.js';

/** A line that waits for units. */
export interface WaitingLine {
  readonly reservationId: string;
  readonly orderId: string;
  readonly status: ReservationStatus;
  readonly sku: string;
  readonly warehouseId: string;
  readonly backordered: number;
}

/** Units for a line that waited. */
export interface CoveredLine extends Coverage {
  readonly reservationId: string;
  readonly orderId: string;
  readonly status: ReservationStatus;
}

/**
 * Spreads the demand: what is on the shelves by the policy, the rest as backordered where the SKU's first units come
 * from. The demand must be orderable.
 */
export function allocate(
  policy: AllocationPolicy,
  demand: readonly Demand[],
  sheet: StockSheet,
): AllocatedLine[] {
  const there = demand.flatMap(({ sku, quantity }) => {
    const units = Math.min(quantity, sheet.available(sku));
    return units === 0 ? [] : [{ sku, quantity: units }];
  });
  const lines = policy.allocate(there, (sku) => sheet.items(sku));
  for (const { sku, quantity } of demand) {
    const backordered = quantity - Math.min(quantity, sheet.available(sku));
    if (backordered === 0) continue;
    const index = lines.findIndex((line) => line.sku === sku);
    const first = lines[index];
    if (first !== undefined) lines[index] = { ...first, quantity: first.quantity + backordered, backordered };
    else lines.push({ sku, warehouseId: placeOf(sheet.items(sku), sku), quantity: backordered, backordered });
  }
  return lines;
}

function placeOf([first]: readonly StockItem[], sku: string): string {
  if (first === undefined) throw new Error(`SKU ${sku} was never stocked`);
  return first.warehouseId;
}

/** The SKUs of which units are on a shelf, free, while others wait for some. */
export function skusToCover(sheet: StockSheet): string[] {
  return sheet.skus().filter((sku) => {
    const items = sheet.items(sku);
    return items.some(({ backordered }) => backordered > 0) && items.some((item) => freeIn(item) > 0);
  });
}

/** Gives free units to the lines that wait, in their order, from their own warehouse first; the sheet is changed. */
export function coverWaiting(sheet: StockSheet, waiting: readonly WaitingLine[]): CoveredLine[] {
  return waiting.flatMap((line) => {
    const { reservationId, orderId, status, sku, warehouseId: from } = line;
    const covered: CoveredLine[] = [];
    let left = line.backordered;
    const own = sheet.items(sku).filter(({ warehouseId }) => warehouseId === from);
    const others = sheet.items(sku).filter(({ warehouseId }) => warehouseId !== from);
    for (const item of [...own, ...others]) {
      const units = Math.min(left, freeIn(item));
      if (units <= 0) continue;
      const coverage = { reservationId, orderId, status, sku, from, to: item.warehouseId, units };
      sheet.cover(coverage, status === 'COMMITTED' ? saleOf(orderId) : undefined);
      covered.push(coverage);
      left -= units;
    }
    return covered;
  });
}

function saleOf(orderId: string) {
  return { kind: 'SALE' as const, reason: 'backorder served', reference: undefined, orderId };
}

/** Units on the shelf that nobody holds. */
function freeIn({ onHand, reserved, backordered }: StockItem): number {
  return onHand - (reserved - backordered);
}
