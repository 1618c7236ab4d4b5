import type { AppliedPromotion as AppliedMessage, CartItem, Cart as CartMessage } from '@vici/proto-gen/cart';
import { AdjustmentType, type PriceAdjustment } from '@vici/proto-gen/common';
import type { PricedCart, PricedLine, PriceEntry } from '../domain/priced-cart.js';
import type { AppliedPromotion } from '../domain/promotions/apply-promotions.js';

/** A priced cart as the contract tells it. */
export function toCartMessage(priced: PricedCart): CartMessage {
  const { cart, lines, subtotal, discount, total } = priced;
  return {
    id: cart.id,
    userId: cart.owner.kind === 'user' ? cart.owner.userId : '',
    items: lines.map((line) => toItem(cart.id, line)),
    subtotal,
    discount,
    total,
    currency: subtotal.currency,
    couponCode: priced.couponCode,
    couponNotice: priced.couponNotice,
    createdAt: new Date(cart.createdAt),
    updatedAt: new Date(cart.updatedAt),
    version: BigInt(cart.version),
    adjustments: priced.entries.map(toAdjustment),
    promotions: priced.promotions.map(toApplied),
    freeShipping: priced.freeShipping,
  };
}

function toItem(cartId: string, line: PricedLine): CartItem {
  const { offer } = line;
  return {
    id: line.id,
    cartId,
    productId: line.productId,
    variantId: line.variantId,
    name: offer?.name ?? '',
    image: offer?.image ?? '',
    sku: offer?.sku ?? '',
    quantity: line.quantity,
    unitPrice: line.unitPrice,
    totalPrice: line.totalPrice,
    available: line.available,
    notice: line.notice,
    categoryId: offer?.categoryId ?? '',
    categoryName: offer?.categoryName ?? '',
    weightGrams: offer?.weightGrams ?? 0,
    discount: line.discount,
    adjustments: line.entries.map(toAdjustment),
    originalUnitPrice: offer?.originalPrice,
    stock: offer?.onShelf ?? 0,
  };
}

const TYPES: Readonly<Record<PriceEntry['type'], AdjustmentType>> = {
  base: AdjustmentType.BASE,
  promotion: AdjustmentType.PROMOTION,
  rounding: AdjustmentType.ROUNDING,
};

function toAdjustment({ type, ...entry }: PriceEntry): PriceAdjustment {
  const { amount, description, promotionId, couponCode } = entry;
  return { type: TYPES[type], amount, description, promotionId, couponCode, included: false };
}

function toApplied({ promotion, discount, freeShipping }: AppliedPromotion): AppliedMessage {
  const { id, name, code } = promotion;
  return { promotionId: id, name, code, discount, freeShipping };
}
