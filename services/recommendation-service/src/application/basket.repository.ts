/** What one shopper bought at once. */
export interface Basket {
  readonly id: string;
  readonly boughtAt: Date;
  readonly customer?: string;
  readonly lines: readonly { readonly productId: string; readonly quantity: number }[];
}

/** Products added to a basket. */
export interface BasketAddition {
  readonly basketId: string;
  readonly productIds: readonly string[];
}

/** Everything ever bought, basket by basket. */
export abstract class BasketRepository {
  /** Adds the baskets whose id is not known and gives them; a known one stays as it is. */
  abstract addUnknown(baskets: readonly Basket[]): Promise<BasketAddition[]>;
  /** Adds lines to baskets, which are made where they are missing; gives the lines that were not there. */
  abstract addLines(baskets: readonly Basket[]): Promise<BasketAddition[]>;
}
