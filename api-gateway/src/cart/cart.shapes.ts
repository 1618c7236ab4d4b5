import type { Cart, CartItem } from '@vici/proto-gen/cart';
import { z } from 'zod';
import { toDecimal } from '../rest/money.js';
import { adjustmentShape, toAdjustment } from '../rest/price-adjustment.js';
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
    discount: amount.describe("The line's part of all discounts."),
    adjustments: z.array(adjustmentShape).describe('What the line costs after its discount.'),
  })
  .meta({ id: 'CartItem' });

const appliedPromotionShape = z
  .object({
    id: z.uuid(),
    name: z.string(),
    code: z.string().optional().describe('Absent: it applies by itself.'),
    discount: amount,
    freeShipping: z.boolean(),
  })
  .meta({ id: 'AppliedPromotion' });

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
    couponNotice: z.string().optional().describe('Why the coupon gives nothing now.'),
    freeShipping: z.boolean().describe('A promotion pays for shipping.'),
    promotions: z.array(appliedPromotionShape),
    adjustments: z.array(adjustmentShape).describe('What the total is made of.'),
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
    couponNotice: cart.couponNotice,
    freeShipping: cart.freeShipping,
    promotions: cart.promotions.map(({ promotionId, name, code, discount, freeShipping }) => ({
      id: promotionId,
      name,
      code,
      discount: toDecimal(discount),
      freeShipping,
    })),
    adjustments: cart.adjustments.map(toAdjustment),
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
    discount: toDecimal(item.discount),
    adjustments: item.adjustments.map(toAdjustment),
  };
}
