import { Injectable } from '@nestjs/common';
import type {
  AddItemRequest,
  ApplyCouponRequest,
  Cart as CartMessage,
  CartServiceDefinition,
  ClearCartResponse,
  GetCartRequest,
  RemoveItemRequest,
  RemovePurchasedRequest,
  RemovePurchasedResponse,
  RestoreCartRequest,
  UpdateItemRequest,
} from '@vici/proto-gen/cart';
import { type GrpcHandlers, parseId, requireRole } from '@vici/utils';
import { AddItem, ClearCart, RemovePurchased, UpdateItem } from '../application/change-cart.use-cases.js';
import { ViewCart } from '../application/view-cart.use-case.js';
import type { Selection } from '../domain/cart.entity.js';
import { CallerCart } from './caller-cart.js';
import { toCartMessage } from './cart.messages.js';
import { CouponHandlers } from './coupon.handlers.js';

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
    private readonly coupons: CouponHandlers,
  ) {}

  async getCart({ couponCode, seen }: GetCartRequest): Promise<CartMessage> {
    const view = { seen, ...(couponCode !== undefined && { couponCode }) };
    return toCartMessage(await this.view.execute(await this.caller.owner(), view));
  }

  async addItem(request: AddItemRequest): Promise<CartMessage> {
    const selection = toSelection(request);
    return toCartMessage(await this.add.execute(await this.caller.owner(), selection));
  }

  async updateItem({ itemId, quantity }: UpdateItemRequest): Promise<CartMessage> {
    const id = parseId<'CartItem'>(itemId, 'itemId');
    return toCartMessage(await this.update.execute(await this.caller.owner(), id, quantity));
  }

  async removeItem({ itemId }: RemoveItemRequest): Promise<CartMessage> {
    return await this.updateItem({ itemId, quantity: 0 });
  }

  async applyCoupon(request: ApplyCouponRequest): Promise<CartMessage> {
    return await this.coupons.applyCoupon(request);
  }

  async removeCoupon(): Promise<CartMessage> {
    return await this.coupons.removeCoupon();
  }

  async restoreCart(request: RestoreCartRequest): Promise<CartMessage> {
    return await this.coupons.restoreCart(request);
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
