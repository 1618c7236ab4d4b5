/** What inventory says of one SKU. */
export interface StockLevel {
  readonly sku: string;
  /** Units that can be sold. */
  readonly available: number;
  /** Units that may be ordered beyond those; none where it is missing. */
  readonly backorderable?: number;
  /** Grows with every change of the SKU: the greater one is the later one. */
  readonly version: number;
}

/** What somebody bought of a product with one order. */
export interface Purchase {
  readonly userId: string;
  readonly productId: string;
  readonly units: number;
}

/** Stock and sales of products: what other services tell, not what people write. */
export abstract class ProductActivity {
  /**
   * Remembers the levels, each unless a later one of its SKU is known, and brings their products up to date.
   * @returns the SKUs of the levels that were news
   */
  abstract recordStock(levels: readonly StockLevel[]): Promise<readonly string[]>;
  /**
   * Notes sold units for popularity, and who bought them, which verifies the buyers' reviews; unknown products are left
   * out. To be called in a transaction.
   */
  abstract recordPurchases(purchases: readonly Purchase[]): Promise<void>;
  /**
   * Adds a bounded number of noted units to the popularity of their products; members that count at the same moment
   * share them.
   * @returns whether there may be more
   */
  abstract countSales(): Promise<boolean>;
  /** How many notes of sold units wait to be counted. */
  abstract uncountedSales(): Promise<number>;
  /** Replaces what `origin` had said of these products before; gives how many figures changed. */
  abstract recordPastSales(origin: string, units: ReadonlyMap<string, number>): Promise<number>;
}
