import type { StockItem, StockLevel } from '../domain/stock-item.js';
import type { StockSheet } from '../domain/stock-sheet.js';

/** A SKU in a warehouse, with the product it belongs to. */
export type StockPlace = Pick<StockItem, 'sku' | 'warehouseId' | 'productId' | 'variantId'>;

/** Stock rows, their ledger and the totals of the products. */
export abstract class StockRepository {
  /** Levels of the SKUs that were ever stocked; units of a lapsed reservation count as available. */
  abstract levels(skus: readonly string[]): Promise<StockLevel[]>;
  /** Locks every row of the SKUs, in (sku, warehouse) order, until the transaction ends. */
  abstract lock(skus: readonly string[]): Promise<StockItem[]>;
  /** `lock` for the SKUs of the newest reservation of the order as well. */
  abstract lockHeld(orderId: string, skus: readonly string[]): Promise<StockItem[]>;
  /** Makes empty rows where there are none; to be called before `lock`. */
  abstract addMissing(places: readonly StockPlace[]): Promise<void>;
  /**
   * Writes what changed on the sheet, its movements and the product totals, whose rows are locked in product order.
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
  /** Locks the totals of the products, in product order, and adds them up anew; their stock rows must be locked. */
  abstract addUpProducts(productIds: readonly string[]): Promise<void>;
  /** Of a SKU whose rows are locked; undefined: the shop's. */
  abstract setLowStockThreshold(sku: string, threshold: number | undefined): Promise<void>;
  /** Units of the order put back so far, by SKU and warehouse. */
  abstract restocked(orderId: string): Promise<{ sku: string; warehouseId: string; quantity: number }[]>;
}
