/** A SKU in a warehouse whose figures should agree and do not. */
export interface StockDrift {
  readonly sku: string;
  readonly warehouseId: string;
  readonly onHand: number;
  /** Sum of the ledger; should be `onHand`. */
  readonly ledger: number;
  readonly reserved: number;
  /** Units of the open reservations, and those sold but owed; should be `reserved`. */
  readonly held: number;
  readonly backordered: number;
  /** Units the lines of the reservations wait for; should be `backordered`. */
  readonly waiting: number;
  readonly productId: string;
  /** Available units of the product as kept; should be `productSum`. */
  readonly productAvailable: number;
  /** Available units of the product, added up over its SKUs. */
  readonly productSum: number;
}

/** Reserved units as they should be: those the reservations hold, unless the shelf does not have as many. */
export function reservedAfterRepair(drift: StockDrift): { reserved: number; backordered: number } {
  const { onHand, reserved, held, backordered, waiting } = drift;
  return held - waiting <= onHand ? { reserved: held, backordered: waiting } : { reserved, backordered };
}
