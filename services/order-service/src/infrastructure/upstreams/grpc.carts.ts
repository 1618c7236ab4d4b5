import { Injectable } from '@nestjs/common';
import { type CartItem, type Cart as CartMessage, CartServiceDefinition } from '@vici/proto-gen/cart';
import { AdjustmentType } from '@vici/proto-gen/common';
import { type GrpcClient, InjectGrpc } from '@vici/utils';
import {
  type Article,
  type CartLine,
  Carts,
  type CartView,
  type PurchasedLine,
} from '../../application/ports/carts.port.js';
import type { FreeShipping, PriceAdjustment } from '../../domain/pricing/price-adjustment.js';
import { fromWire } from './wire-money.js';

type AdjustmentMessage = CartItem['adjustments'][number];

/** The entries of a line that take something off. */
const REDUCTIONS: ReadonlyMap<AdjustmentType, PriceAdjustment['type']> = new Map([
  [AdjustmentType.PROMOTION, 'promotion'],
  [AdjustmentType.ROUNDING, 'rounding'],
]);

/** The cart service over gRPC. */
@Injectable()
export class GrpcCarts extends Carts {
  constructor(
    @InjectGrpc(CartServiceDefinition) private readonly carts: GrpcClient<typeof CartServiceDefinition>,
  ) {
    super();
  }

  async ofCaller(couponCode?: string): Promise<CartView> {
    const cart = await this.carts.getCart({ couponCode });
    const freeShipping = freeShippingOf(cart);
    return {
      id: cart.id,
      version: cart.version,
      currency: cart.currency,
      lines: cart.items.map(toLine),
      promotionIds: cart.promotions.map(({ promotionId }) => promotionId),
      // A coupon that gives nothing now stays in the cart, and out of the order.
      ...(cart.couponCode !== undefined &&
        cart.couponNotice === undefined && { couponCode: cart.couponCode }),
      ...(freeShipping !== undefined && { freeShipping }),
    };
  }

  async removePurchased(userId: string, orderId: string, lines: readonly PurchasedLine[]): Promise<void> {
    await this.carts.removePurchased({ userId, orderId, lines: [...lines] });
  }
}

function toLine(item: CartItem): CartLine {
  const { productId, variantId, quantity, available, notice } = item;
  const article = toArticle(item);
  return {
    productId,
    ...(variantId === undefined ? {} : { variantId }),
    quantity,
    available,
    ...(notice === undefined ? {} : { notice }),
    discount: fromWire(item.discount, 'discount'),
    reductions: item.adjustments.flatMap(toReduction),
    ...(article !== undefined && { article }),
  };
}

/** A cart-service that does not send the original price does not send what the order keeps either. */
function toArticle({ originalUnitPrice, ...item }: CartItem): Article | undefined {
  if (originalUnitPrice === undefined) {
    return undefined;
  }
  const { sku, name, image, categoryId, categoryName, weightGrams, stock } = item;
  return {
    sku,
    name,
    image,
    categoryId,
    categoryName,
    unitPrice: fromWire(item.unitPrice, 'unit price'),
    originalUnitPrice: fromWire(originalUnitPrice, 'original price'),
    weightGrams,
    stock,
  };
}

function toReduction({
  type,
  amount,
  description,
  promotionId,
  couponCode,
}: AdjustmentMessage): PriceAdjustment[] {
  const kind = REDUCTIONS.get(type);
  if (kind === undefined) {
    return [];
  }
  return [
    {
      type: kind,
      amount: fromWire(amount, 'adjustment'),
      description,
      ...(promotionId !== undefined && { promotionId }),
      ...(couponCode !== undefined && { couponCode }),
    },
  ];
}

function freeShippingOf({ promotions }: CartMessage): FreeShipping | undefined {
  const promotion = promotions.find(({ freeShipping }) => freeShipping);
  if (promotion === undefined) {
    return undefined;
  }
  const { promotionId, name, code } = promotion;
  return { promotionId, description: name, ...(code !== undefined && { couponCode: code }) };
}
