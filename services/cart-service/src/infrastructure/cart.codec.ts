import { z } from 'zod';
import type { Cart } from '../domain/cart.entity.js';
import { ownerName, ownerOfName } from '../domain/cart-owner.js';

const lineSchema = z.object({
  id: z.string(),
  productId: z.string(),
  variantId: z.string().exactOptional(),
  quantity: z.int().positive(),
  addedAtMinor: z.string().regex(/^\d+$/),
});

const storedSchema = z.object({
  id: z.string(),
  owner: z.string(),
  version: z.int().nonnegative(),
  lines: z.array(lineSchema),
  createdAt: z.string(),
  updatedAt: z.string(),
  done: z.array(z.string()),
  added: z.array(z.string()).default([]),
  handover: z.object({ id: z.string(), lines: z.array(lineSchema) }).exactOptional(),
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
