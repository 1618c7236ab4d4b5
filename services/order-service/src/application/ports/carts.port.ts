/** What the shopper has put into the cart: only which and how many, not for how much. */
export interface CartLine {
  readonly productId: string;
  readonly variantId?: string;
  readonly quantity: number;
  /** False: no longer sold, or fewer in stock than wanted. */
  readonly available: boolean;
  readonly notice?: string;
}

/** The caller's cart. */
export interface CartView {
  readonly id: string;
  /** Grows with every change of the lines. */
  readonly version: bigint;
  readonly currency: string;
  readonly lines: readonly CartLine[];
}

/** A bought line. */
export interface PurchasedLine {
  readonly productId: string;
  readonly variantId?: string;
  readonly quantity: number;
}

/** The cart service. */
export abstract class Carts {
  /** The cart of the caller of the running request. */
  abstract ofCaller(): Promise<CartView>;

  /** Takes what was bought out of the user's cart; once per order, however often it is called. */
  abstract removePurchased(userId: string, orderId: string, lines: readonly PurchasedLine[]): Promise<void>;
}
