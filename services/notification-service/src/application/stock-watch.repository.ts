/** How a product is called, as product-service told. */
export interface WatchedProduct {
  readonly name: string;
  readonly slug: string;
}

/** Who waits for products to be back. */
export abstract class StockWatchRepository {
  /** Asked twice, it is one wish. @returns false when nobody has told of such a product */
  abstract watch(userId: string, productId: string): Promise<boolean>;
  abstract unwatch(userId: string, productId: string): Promise<void>;
  /** Ends the wishes for a product, since they are fulfilled. @returns whose they were */
  abstract take(productId: string): Promise<string[]>;
  abstract nameProduct(productId: string, product: WatchedProduct): Promise<void>;
  abstract productOf(productId: string): Promise<WatchedProduct | undefined>;
}
