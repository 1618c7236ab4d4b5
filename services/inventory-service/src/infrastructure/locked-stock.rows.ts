import type { Selectable } from 'kysely';
import type { Reservation, ReservationStatus, ReservedLine } from '../domain/reservation.js';
import type { StockItem } from '../domain/stock-item.js';
import type { InventoryTables } from './inventory.tables.js';

/** A locked row of stock, with the total of its product. */
export type LockedRow = Selectable<InventoryTables['stock_items']> & {
  /** Null where the product never had any. */
  readonly product_available: number | null;
};

interface HeldColumns {
  readonly held_id: string;
  readonly held_attempt: number;
  readonly held_status: ReservationStatus;
  readonly held_until: Date;
  readonly held_quantity: number;
  readonly held_backordered: number;
}

/** The same, with the line of a reservation that holds units of it. */
export type LockedHeldRow = LockedRow & (HeldColumns | { readonly held_id: null });

/** The stock of the rows, in their order. */
export function itemsOf(rows: readonly LockedRow[]): StockItem[] {
  return rows.map((row) => ({
    sku: row.sku,
    warehouseId: row.warehouse_id,
    productId: row.product_id,
    variantId: row.variant_id ?? undefined,
    onHand: row.on_hand,
    reserved: row.reserved,
    version: Number(row.version),
    lowStockThreshold: row.low_stock_threshold ?? undefined,
    backordered: row.backordered,
    backorderLimit: row.backorder_limit ?? undefined,
  }));
}

/** Available units of the products of the rows; those that never had any are missing. */
export function totalsOf(rows: readonly LockedRow[]): Map<string, number> {
  return new Map(
    rows.flatMap(({ product_id, product_available }) =>
      product_available === null ? [] : [[product_id, product_available]],
    ),
  );
}

/** The order's reservation whose lines the rows bring; undefined where they bring none. */
export function heldOf(orderId: string, rows: readonly LockedHeldRow[]): Reservation | undefined {
  let held: (Reservation & { readonly lines: ReservedLine[] }) | undefined;
  for (const row of rows) {
    if (row.held_id === null) continue;
    held ??= {
      id: row.held_id,
      orderId,
      attempt: row.held_attempt,
      status: row.held_status,
      expiresAt: row.held_until,
      lines: [],
    };
    held.lines.push({
      sku: row.sku,
      warehouseId: row.warehouse_id,
      quantity: row.held_quantity,
      backordered: row.held_backordered,
      productId: row.product_id,
      variantId: row.variant_id ?? undefined,
    });
  }
  return held;
}
