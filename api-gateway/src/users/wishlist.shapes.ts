import type { WishlistItem } from '@vici/proto-gen/user';
import { z } from 'zod';
import { toDecimal } from '../rest/money.js';
import { amount, instant, toInstant } from '../rest/shapes.js';

export const wishlistItemShape = z
  .object({
    id: z.uuid(),
    userId: z.uuid(),
    productId: z.uuid(),
    product: z.object({
      id: z.uuid(),
      name: z.string(),
      price: amount,
      image: z.string(),
      rating: z.number(),
      stock: z.int().describe('Available units over all variants, live.'),
    }),
    addedAt: instant,
  })
  .meta({ id: 'WishlistItem' });

/** @throws Error when an upstream left the item or its product out, which its contract forbids */
export function toWishlistItem(item: WishlistItem | undefined): z.output<typeof wishlistItemShape> {
  if (item?.product === undefined) {
    throw new Error('A product is missing from a wishlist');
  }
  const { id, userId, product, addedAt } = item;
  const { name, image, rating, stock } = product;
  return {
    id,
    userId,
    productId: product.id,
    product: { id: product.id, name, price: toDecimal(product.price), image, rating, stock },
    addedAt: toInstant(addedAt),
  };
}
