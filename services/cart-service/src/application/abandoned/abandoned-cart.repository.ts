import type { Cart, CartLine } from '../../domain/cart.entity.js';

/** A shopper's cart that nobody has touched for a while. */
export interface IdleCart {
  readonly cart: Cart;
  /** What was in it when its shopper was last reminded. */
  readonly abandonedContent?: string;
}

/** What a reminder's link brings back. */
export interface CartRestore {
  readonly tokenHash: string;
  readonly userId: string;
  readonly cartId: string;
  readonly lines: readonly CartLine[];
  readonly expiresAt: Date;
}

/** Carts left behind, and the links that bring them back. */
export abstract class AbandonedCartRepository {
  /** Carts of users last changed between the two moments and not looked at since, oldest first. */
  abstract idle(after: Date, before: Date, limit: number): Promise<IdleCart[]>;
  /**
   * Notes the cart as looked at, and, with `content`, its shopper as reminded. False: somebody else did, or the cart
   * has changed.
   */
  abstract claim(cart: Cart, content?: string): Promise<boolean>;
  abstract addRestore(restore: CartRestore): Promise<void>;
  /** The one of the token, unless it has expired. */
  abstract findRestore(tokenHash: string, now: Date): Promise<CartRestore | undefined>;
  /** False: it has been used before. */
  abstract useRestore(tokenHash: string, now: Date): Promise<boolean>;
  /** Removes expired ones; gives how many. */
  abstract removeExpired(now: Date): Promise<number>;
}
