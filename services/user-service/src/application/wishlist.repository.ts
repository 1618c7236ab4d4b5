import type { WishlistItem } from '../domain/wishlist.js';

/** The wishlists of the shoppers. Every method looks only at the wishlist of the given user. */
export abstract class WishlistRepository {
  /** The newest first. */
  abstract list(userId: string): Promise<WishlistItem[]>;
  abstract find(userId: string, productId: string): Promise<WishlistItem | undefined>;
  /** Makes concurrent additions to one wishlist wait for each other until the transaction ends; gives its size. */
  abstract lockList(userId: string): Promise<number>;
  abstract insert(item: WishlistItem): Promise<void>;
  /** Whether there was anything to remove. */
  abstract delete(userId: string, productId: string): Promise<boolean>;
}
