/** Units of one SKU. */
export interface StockLine {
  readonly sku: string;
  readonly productId: string;
  readonly variantId?: string;
  readonly quantity: number;
}

/** Units by SKU. */
export type UnitsBySku = ReadonlyMap<string, number>;

/** The inventory service. Every call can be repeated. */
export abstract class Stock {
  /**
   * Sets the units aside; gives by SKU how many of them are not on the shelf yet.
   * @throws DomainError INSUFFICIENT_STOCK with `details.lines`, RESERVATION_EXPIRED
   */
  abstract reserve(orderId: string, lines: readonly StockLine[], ttlSeconds: number): Promise<UnitsBySku>;

  /** Takes the reserved units for good. @throws DomainError RESERVATION_EXPIRED, INSUFFICIENT_STOCK */
  abstract commit(orderId: string): Promise<void>;

  /** Gives reserved units back; nothing happens where there are none. */
  abstract release(orderId: string, reason: string): Promise<void>;

  /** Puts committed units back on the shelf, once per reference. */
  abstract restock(
    orderId: string,
    lines: readonly StockLine[],
    reference: string,
    reason: string,
  ): Promise<void>;
}
