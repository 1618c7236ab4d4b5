/** The warehouse of changes that name none; made by the first migration, its code is MAIN. */
export const DEFAULT_WAREHOUSE_ID = '01900000-0000-7000-8000-000000000001';

/** Units of one SKU in one warehouse. */
export interface StockItem {
  readonly sku: string;
  readonly warehouseId: string;
  readonly productId: string;
  readonly variantId: string | undefined;
  /** Units on the shelf, reserved ones included. */
  readonly onHand: number;
  /** Units set aside for orders, and those sold but owed. */
  readonly reserved: number;
  /** Those of the reserved units that are not on the shelf. */
  readonly backordered: number;
  /** Grows by one with every change. */
  readonly version: number;
  /** Available units at which the SKU is low; the shop's where it is missing. */
  readonly lowStockThreshold?: number | undefined;
  /** Units that may be ordered beyond the shelf; none where it is missing. */
  readonly backorderLimit?: number | undefined;
}

/** Units of one SKU over all warehouses. */
export interface StockLevel {
  readonly sku: string;
  readonly productId: string;
  readonly variantId: string | undefined;
  readonly onHand: number;
  readonly reserved: number;
  /** On the shelf and not reserved, never below zero. */
  readonly available: number;
  /** Units that may be ordered now: more than are available where the SKU may be backordered. */
  readonly orderable: number;
  readonly backorderLimit?: number | undefined;
  /** Grows with every change of the SKU in any warehouse. */
  readonly version: number;
}

/** Units of a SKU somebody wants. */
export interface Demand {
  readonly sku: string;
  readonly quantity: number;
}

/** Units of a SKU in the warehouse they are taken from or put into. */
export interface AllocatedLine extends Demand {
  readonly warehouseId: string;
  /** Those of the units that are not on the shelf yet. */
  readonly backordered?: number;
}

/** Why on-hand units changed. */
export type MovementKind = 'SET' | 'ADD' | 'SUBTRACT' | 'SALE' | 'RESTOCK' | 'REPAIR';

/** One line of the ledger. */
export interface StockMovement {
  readonly sku: string;
  readonly warehouseId: string;
  /** Units added to on-hand, negative when taken. */
  readonly delta: number;
  readonly kind: MovementKind;
  readonly reason: string;
  readonly reference: string | undefined;
  readonly orderId: string | undefined;
}

/** Adds up one SKU's items; they must be of one SKU and at least one. */
export function levelOf(items: readonly [StockItem, ...StockItem[]]): StockLevel {
  const [{ sku, productId, variantId }] = items;
  const onHand = items.reduce((sum, item) => sum + item.onHand, 0);
  const reserved = items.reduce((sum, item) => sum + item.reserved, 0);
  const version = items.reduce((sum, item) => sum + item.version, 0);
  const backorderLimit = backorderLimitOf(items);
  const units = unitsToSell(onHand - reserved, backorderLimit);
  return { sku, productId, variantId, onHand, reserved, ...units, version, backorderLimit };
}

/** What may be sold of a SKU whose reserved units leave so many over; negative when some are backordered. */
export function unitsToSell(
  left: number,
  backorderLimit: number | undefined,
): Pick<StockLevel, 'available' | 'orderable'> {
  return { available: Math.max(0, left), orderable: Math.max(0, left + (backorderLimit ?? 0)) };
}

/** Units of one SKU that may be ordered beyond the shelf; undefined: none. */
export function backorderLimitOf(items: readonly StockItem[]): number | undefined {
  return items.find((item) => item.backorderLimit !== undefined)?.backorderLimit;
}

/** Lines of the same SKU count together; sorted by SKU. */
export function mergeDemand(lines: readonly Demand[]): Demand[] {
  const bySku = new Map<string, number>();
  for (const { sku, quantity } of lines) bySku.set(sku, (bySku.get(sku) ?? 0) + quantity);
  return [...bySku].map(([sku, quantity]) => ({ sku, quantity })).sort((a, b) => (a.sku < b.sku ? -1 : 1));
}
