import type { Reservation } from '../domain/reservation.js';
import type { StockItem, StockLevel } from '../domain/stock-item.js';
import type { StockSheet } from '../domain/stock-sheet.js';

/** A SKU in a warehouse, with the product it belongs to. */
export type StockPlace = Pick<StockItem, 'sku' | 'warehouseId' | 'productId' | 'variantId'>;

/** Whose rows are to be locked. */
export interface LockRequest {
  readonly skus: readonly string[];
  /** Products whose totals are locked beside those of the SKUs. */
  readonly productIds?: readonly string[] | undefined;
  /** Orders of which it is asked whether they have had a reservation. */
  readonly orderIds?: readonly string[] | undefined;
}

/** Rows of stock and the totals of their products, locked until the transaction ends. */
export interface LockedStock {
  readonly items: readonly StockItem[];
  /** Available units by product; one that never had any may be missing. */
  readonly totals: ReadonlyMap<string, number>;
  /** When they were locked, by the clock of the database, if none of the orders asked for has had a reservation. */
  readonly newOrdersAt: Date | undefined;
}

/** The same, with a reservation as it was read before its rows were locked. */
export interface LockedHeldStock extends LockedStock {
  readonly held: Reservation | undefined;
}

/** Stock rows, their ledger and the totals of the products. */
export abstract class StockRepository {
  /** Levels of the SKUs that were ever stocked; units of a lapsed reservation count as available. */
  abstract levels(skus: readonly string[]): Promise<StockLevel[]>;
  /** Locks every row of the SKUs, in (sku, warehouse) order, then the totals of their products, in product order. */
  abstract lock(request: LockRequest): Promise<LockedStock>;
  /** `lock` for the SKUs of the newest reservation of the order as well, which is read, not locked. */
  abstract lockHeld(orderId: string, skus: readonly string[]): Promise<LockedHeldStock>;
  /** Makes empty rows where there are none; to be called before `lock`. */
  abstract addMissing(places: readonly StockPlace[]): Promise<void>;
  /**
   * Writes what changed on the sheet, its movements and the product totals: with the commit, where the sheet knows the totals.
   * @returns available units by product, for each product of a changed SKU
   */
  abstract save(sheet: StockSheet): Promise<Map<string, number>>;
  /** Those of the ids that are no warehouse. */
  abstract unknownWarehouses(ids: readonly string[]): Promise<string[]>;
  /**
   * Takes a reference for the rest of time; waits for another transaction that is taking it.
   * @returns false when it was taken before for the same content
   * @throws DomainError IDEMPOTENCY_KEY_REUSED when it was taken for another content
   */
  abstract claimReference(reference: string, fingerprint: string): Promise<boolean>;
  /**
   * Locks the totals of the products, in product order, and adds them up anew; their stock rows must be locked.
   * @returns available units by product
   */
  abstract addUpProducts(productIds: readonly string[]): Promise<Map<string, number>>;
  /** Of a SKU whose rows are locked; undefined: the shop's. */
  abstract setLowStockThreshold(sku: string, threshold: number | undefined): Promise<void>;
  /** Units of the order put back so far, by SKU and warehouse. */
  abstract restocked(orderId: string): Promise<{ sku: string; warehouseId: string; quantity: number }[]>;
}
