import { Injectable } from '@nestjs/common';
import type {
  AddItemRequest,
  CartItem,
  Cart as CartMessage,
  CartServiceDefinition,
  ClearCartResponse,
  GetCartRequest,
  RemoveItemRequest,
  RemovePurchasedRequest,
  RemovePurchasedResponse,
  UpdateItemRequest,
} from '@vici/proto-gen/cart';
import { AdjustmentType, type PriceAdjustment } from '@vici/proto-gen/common';
import { DomainError, type GrpcHandlers, Money, parseId, requireRole } from '@vici/utils';
import { AddItem, ClearCart, RemovePurchased, UpdateItem } from '../application/change-cart.use-cases.js';
import { ViewCart } from '../application/view-cart.use-case.js';
import type { Selection } from '../domain/cart.entity.js';
import type { PricedCart, PricedLine } from '../domain/priced-cart.js';
import { CallerCart } from './caller-cart.js';

/** The gRPC API of cart-service; the shopper's calls act on the caller's own cart. */
@Injectable()
export class CartGrpcController implements GrpcHandlers<typeof CartServiceDefinition> {
  constructor(
    private readonly caller: CallerCart,
    private readonly view: ViewCart,
    private readonly add: AddItem,
    private readonly update: UpdateItem,
    private readonly clear: ClearCart,
    private readonly purchased: RemovePurchased,
  ) {}

  async getCart({ couponCode }: GetCartRequest): Promise<CartMessage> {
    if (couponCode !== undefined) {
      throw new DomainError('COUPON_INVALID', 'This coupon is not valid.', { couponCode });
    }
    return toMessage(await this.view.execute(await this.caller.owner()));
  }

  async addItem(request: AddItemRequest): Promise<CartMessage> {
    const selection = toSelection(request);
    return toMessage(await this.add.execute(await this.caller.owner(), selection));
  }

  async updateItem({ itemId, quantity }: UpdateItemRequest): Promise<CartMessage> {
    const id = parseId<'CartItem'>(itemId, 'itemId');
    return toMessage(await this.update.execute(await this.caller.owner(), id, quantity));
  }

  async removeItem({ itemId }: RemoveItemRequest): Promise<CartMessage> {
    return await this.updateItem({ itemId, quantity: 0 });
  }

  async clearCart(): Promise<ClearCartResponse> {
    await this.clear.execute(await this.caller.owner());
    return {};
  }

  async removePurchased({
    userId,
    orderId,
    lines,
  }: RemovePurchasedRequest): Promise<RemovePurchasedResponse> {
    requireRole('system');
    const user = parseId<'User'>(userId, 'userId');
    await this.purchased.execute(user, parseId<'Order'>(orderId, 'orderId'), lines.map(toSelection));
    return {};
  }
}

function toSelection(line: {
  productId: string;
  variantId?: string | undefined;
  quantity: number;
}): Selection {
  return {
    productId: parseId<'Product'>(line.productId, 'productId'),
    ...(line.variantId !== undefined &&
      line.variantId !== '' && { variantId: parseId<'Variant'>(line.variantId, 'variantId') }),
    quantity: line.quantity,
  };
}

function toMessage({ cart, lines, subtotal }: PricedCart): CartMessage {
  return {
    id: cart.id,
    userId: cart.owner.kind === 'user' ? cart.owner.userId : '',
    items: lines.map((line) => toItem(cart.id, line)),
    subtotal,
    discount: Money.zero(subtotal.currency),
    total: subtotal,
    currency: subtotal.currency,
    createdAt: new Date(cart.createdAt),
    updatedAt: new Date(cart.updatedAt),
    version: BigInt(cart.version),
    adjustments: [baseOf(subtotal)],
    promotions: [],
    freeShipping: false,
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
    discount: Money.zero(line.totalPrice.currency),
    adjustments: [baseOf(line.totalPrice)],
  };
}

function baseOf(amount: Money): PriceAdjustment {
  return { type: AdjustmentType.BASE, amount, description: 'Goods', included: false };
}
