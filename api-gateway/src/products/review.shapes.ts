import type { Review } from '@vici/proto-gen/product';
import { z } from 'zod';
import { instant, toInstant } from '../rest/shapes.js';

export const reviewShape = z
  .object({
    id: z.uuid(),
    productId: z.uuid(),
    userId: z.uuid(),
    userName: z.string().describe('First name and the initial of the last.'),
    userAvatar: z.string().optional(),
    rating: z.int().min(1).max(5),
    title: z.string(),
    comment: z.string(),
    images: z.array(z.string()).optional(),
    helpful: z.int().describe('Users who find it helpful.'),
    verified: z.boolean().describe('The author bought the product.'),
    createdAt: instant,
  })
  .meta({ id: 'Review' });

export function toReview(review: Review): z.output<typeof reviewShape> {
  return { ...review, createdAt: toInstant(review.createdAt) };
}

/** How other shoppers read a name: the first name and the initial of the last. */
export function publicNameOf({ firstName, lastName }: { firstName: string; lastName: string }): string {
  const [initial] = lastName.trim();
  return `${firstName.trim()} ${initial === undefined ? '' : `${initial.toUpperCase()}.`}`.trim();
}
