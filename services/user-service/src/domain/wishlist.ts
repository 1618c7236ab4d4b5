import { DomainError, type Id } from '@vici/utils/domain';

/** A product a shopper has put aside. */
export interface WishlistItem {
  readonly id: Id<'WishlistItem'>;
  readonly userId: string;
  readonly productId: string;
  readonly addedAt: Date;
}

/** As many as the catalogue prices in one call. */
export const MAX_WISHLIST_ITEMS = 200;

/** @throws DomainError LIMIT_EXCEEDED when the wishlist is full */
export function assertRoomForItem(count: number): void {
  if (count >= MAX_WISHLIST_ITEMS) {
    throw new DomainError('LIMIT_EXCEEDED', `A wishlist holds at most ${MAX_WISHLIST_ITEMS} products.`, {
      limit: MAX_WISHLIST_ITEMS,
    });
  }
}
