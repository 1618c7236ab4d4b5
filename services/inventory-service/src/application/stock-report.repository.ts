import type { Page, PageRequest } from '@vici/database';
import type { StockDrift } from '../domain/stock-drift.js';
import type { StockLevel } from '../domain/stock-item.js';

/** Which SKUs a list shows; a missing field leaves nothing out. */
export interface StockFilter {
  /** Available units at or below the threshold; depleted ones are low too. */
  readonly low?: boolean;
  readonly depleted?: boolean;
  /** Beginning of the SKU. */
  readonly search?: string;
  /** The fewest available units first, instead of by SKU. */
  readonly fewestFirst?: boolean;
}

/** A level with the threshold that counts for it. */
export interface StockEntry {
  readonly level: StockLevel;
  readonly lowStockThreshold: number;
}

/** The drifts that were found, the first ones only where there are many. */
export interface DriftReport {
  readonly drifts: readonly StockDrift[];
  readonly found: number;
}

/** Stock as the administration reads it. */
export abstract class StockReportRepository {
  /** By SKU, unless told otherwise. */
  abstract list(filter: StockFilter, page: PageRequest): Promise<Page<StockEntry>>;
  /** Drifts by SKU and warehouse, of these SKUs or of all. */
  abstract drifts(limit: number, skus?: readonly string[]): Promise<DriftReport>;
  /** Every SKU of the products. */
  abstract skusOf(productIds: readonly string[]): Promise<string[]>;
}
