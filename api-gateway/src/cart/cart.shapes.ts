import type { Cart, CartItem } from '@vici/proto-gen/cart';
import { z } from 'zod';
import { toDecimal } from '../rest/money.js';
import { amount, instant, toInstant } from '../rest/shapes.js';

const cartItemShape = z
  .object({
    id: z.uuid(),
    cartId: z.uuid(),
    productId: z.uuid(),
    variantId: z.uuid().optional(),
    name: z.string(),
    image: z.string(),
    sku: z.string(),
    quantity: z.int(),
    unitPrice: amount,
    totalPrice: amount,
    available: z.boolean().describe('False when it cannot be bought as it is; `notice` says why.'),
    notice: z.string().optional(),
  })
  .meta({ id: 'CartItem' });

export const cartShape = z
  .object({
    id: z.uuid(),
    userId: z.string().describe('Empty for a guest.'),
    items: z.array(cartItemShape),
    subtotal: amount,
    discount: amount,
    total: amount,
    currency: z.string(),
    couponCode: z.string().optional(),
    createdAt: instant,
    updatedAt: instant,
  })
  .meta({ id: 'Cart' });

export function toCart(cart: Cart): z.output<typeof cartShape> {
  return {
    id: cart.id,
    userId: cart.userId,
    items: cart.items.map(toCartItem),
    subtotal: toDecimal(cart.subtotal),
    discount: toDecimal(cart.discount),
    total: toDecimal(cart.total),
    currency: cart.currency,
    couponCode: cart.couponCode,
    createdAt: toInstant(cart.createdAt),
    updatedAt: toInstant(cart.updatedAt),
  };
}

function toCartItem(item: CartItem): z.output<typeof cartItemShape> {
  const { id, cartId, productId, variantId, name, image, sku, quantity, available, notice } = item;
  return {
    id,
    cartId,
    productId,
    variantId,
    name,
    image,
    sku,
    quantity,
    unitPrice: toDecimal(item.unitPrice),
    totalPrice: toDecimal(item.totalPrice),
    available,
    notice,
  };
}
