/** A SKU in a warehouse whose figures should agree and do not. */
export interface StockDrift {
  readonly sku: string;
  readonly warehouseId: string;
  readonly onHand: number;
  /** Sum of the ledger; should be `onHand`. */
  readonly ledger: number;
  readonly reserved: number;
  /** Units of the open reservations; should be `reserved`. */
  readonly held: number;
  readonly productId: string;
  /** Available units of the product as kept; should be `productSum`. */
  readonly productAvailable: number;
  /** Available units of the product, added up over its SKUs. */
  readonly productSum: number;
}

/** Reserved units as they should be: those of the open reservations, unless the shelf does not hold as many. */
export function reservedAfterRepair({ onHand, reserved, held }: StockDrift): number {
  return held <= onHand ? held : reserved;
}
