import { z } from 'zod';
import type { Cart, CartLine } from '../domain/cart.entity.js';
import { ownerName, ownerOfName } from '../domain/cart-owner.js';

const minor = z.string().regex(/^\d+$/);

const lineSchema = z
  .object({
    id: z.string(),
    productId: z.string(),
    variantId: z.string().exactOptional(),
    quantity: z.int().positive(),
    seenAtMinor: minor.optional(),
    /** What older carts keep in place of it. */
    addedAtMinor: minor.optional(),
    restored: z.boolean().exactOptional(),
  })
  .transform(({ addedAtMinor, seenAtMinor, ...line }) => ({
    ...line,
    seenAtMinor: seenAtMinor ?? addedAtMinor ?? '0',
  }));

const storedSchema = z.object({
  id: z.string(),
  owner: z.string(),
  version: z.int().nonnegative(),
  lines: z.array(lineSchema),
  createdAt: z.string(),
  updatedAt: z.string(),
  done: z.array(z.string()),
  added: z.array(z.string()).default([]),
  handover: z
    .object({
      id: z.string(),
      userId: z.string().exactOptional(),
      lines: z.array(lineSchema),
      coupon: z.string().exactOptional(),
    })
    .exactOptional(),
  coupon: z.string().exactOptional(),
});

/** A cart as JSON text, the same in Redis and in Postgres. */
export function encodeCart(cart: Cart): string {
  return JSON.stringify({ ...cart, owner: ownerName(cart.owner) });
}

/** @throws ZodError when the text is not a cart: then somebody else has written to the key */
export function decodeCart(stored: unknown): Cart {
  const { owner, ...cart } = storedSchema.parse(typeof stored === 'string' ? JSON.parse(stored) : stored);
  return { ...cart, owner: ownerOfName(owner) };
}

/** Lines kept by themselves. @throws ZodError when they are none */
export function decodeLines(stored: unknown): CartLine[] {
  return z.array(lineSchema).parse(stored);
}
