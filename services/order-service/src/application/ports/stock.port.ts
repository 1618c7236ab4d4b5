/** Units of one SKU. */
export interface StockLine {
  readonly sku: string;
  readonly productId: string;
  readonly variantId?: string;
  readonly quantity: number;
}

/** The inventory service. Every call can be repeated. */
export abstract class Stock {
  /** Sets the units aside. @throws DomainError INSUFFICIENT_STOCK with `details.lines`, RESERVATION_EXPIRED */
  abstract reserve(orderId: string, lines: readonly StockLine[], ttlSeconds: number): Promise<void>;

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
