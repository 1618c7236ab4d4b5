import { z } from 'zod';
import { defineEvent, id, instant, moneySchema } from './event-definition.js';

/** What other services keep of a product: enough to show, group and price it, never the stock. */
export const productSnapshot = z.object({
  productId: id,
  sku: z.string(),
  slug: z.string(),
  name: z.string(),
  description: z.string(),
  categoryId: id,
  categoryName: z.string(),
  /** From the leaf up to the root, the product's own category first. */
  categoryPath: z.array(id),
  price: moneySchema,
  image: z.string(),
  tags: z.array(z.string()),
  brand: z.string().optional(),
  rating: z.number(),
  status: z.enum(['ACTIVE', 'INACTIVE', 'OUT_OF_STOCK']),
  variants: z.array(z.object({ variantId: id, sku: z.string(), name: z.string() })),
  version: z.int(),
  createdAt: instant,
});
export type ProductSnapshot = z.infer<typeof productSnapshot>;

const product = <const Type extends string, Schema extends z.ZodType>(type: Type, schema: Schema) =>
  defineEvent({ type, topics: ['product-events'], source: 'product-service', version: 1, schema });

export const productEvents = {
  'product.created': product('product.created', productSnapshot),
  'product.updated': product('product.updated', productSnapshot),
  'product.deleted': product('product.deleted', z.object({ productId: id, version: z.int() })),
  'review.created': product(
    'review.created',
    z.object({
      reviewId: id,
      productId: id,
      userId: id,
      rating: z.int().min(1).max(5),
      productRating: z.number(),
      productReviewCount: z.int(),
    }),
  ),
  /** A moderator shows or hides a review: the product's rating is as told here. */
  'review.moderated': product(
    'review.moderated',
    z.object({
      reviewId: id,
      productId: id,
      userId: id,
      status: z.enum(['APPROVED', 'REJECTED']),
      productRating: z.number(),
      productReviewCount: z.int(),
    }),
  ),
};
