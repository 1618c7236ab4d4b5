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
  /** Units set aside for orders. */
  readonly reserved: number;
  /** Grows by one with every change. */
  readonly version: number;
  /** Available units at which the SKU is low; the shop's where it is missing. */
  readonly lowStockThreshold?: number | undefined;
}

/** Units of one SKU over all warehouses. */
export interface StockLevel {
  readonly sku: string;
  readonly productId: string;
  readonly variantId: string | undefined;
  readonly onHand: number;
  readonly reserved: number;
  readonly available: number;
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
  return { sku, productId, variantId, onHand, reserved, available: onHand - reserved, version };
}

/** Lines of the same SKU count together; sorted by SKU. */
export function mergeDemand(lines: readonly Demand[]): Demand[] {
  const bySku = new Map<string, number>();
  for (const { sku, quantity } of lines) bySku.set(sku, (bySku.get(sku) ?? 0) + quantity);
  return [...bySku].map(([sku, quantity]) => ({ sku, quantity })).sort((a, b) => (a.sku < b.sku ? -1 : 1));
}
