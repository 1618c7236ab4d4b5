import { Controller } from '@nestjs/common';
import { type CartItem, CartServiceDefinition } from '@vici/proto-gen/cart';
import { type GrpcClient, InjectGrpc, isDomainError } from '@vici/utils';
import type { RouteInput, RouteResult } from '../routing/define-route.js';
import { Route } from '../routing/route.decorator.js';
import { BehaviourTracker, type TrackedBehaviour } from '../tracking/behaviour-tracker.js';
import * as routes from './cart.routes.js';
import { toCart } from './cart.shapes.js';

/** A removal waits so long for what is to be reported of it, in milliseconds. */
const PATIENCE_MS = 500;

type CartAnswer = RouteResult<typeof routes.getCartRoute>;

/** The cart of the caller. What goes in and out of it is reported as behaviour, once it has happened. */
@Controller()
export class CartController {
  constructor(
    @InjectGrpc(CartServiceDefinition) private readonly carts: GrpcClient<typeof CartServiceDefinition>,
    private readonly tracker: BehaviourTracker,
  ) {}

  @Route(routes.getCartRoute)
  async cart(): Promise<CartAnswer> {
    return toCart(await this.carts.getCart({ seen: true }));
  }

  @Route(routes.addCartItemRoute)
  async add({ body }: RouteInput<typeof routes.addCartItemRoute>): Promise<CartAnswer> {
    const cart = await this.carts.addItem(body);
    const line = cart.items.find(
      (item) => item.productId === body.productId && item.variantId === body.variantId,
    );
    this.tracker.track({
      eventType: 'add_to_cart',
      ...body,
      price: line?.unitPrice === undefined ? undefined : Number(line.unitPrice.minor),
    });
    return toCart(cart);
  }

  @Route(routes.updateCartItemRoute)
  async update({ params, body }: RouteInput<typeof routes.updateCartItemRoute>): Promise<CartAnswer> {
    if (body.quantity > 0) {
      return toCart(await this.carts.updateItem({ itemId: params.itemId, quantity: body.quantity }));
    }
    const removed = await this.lines(params.itemId);
    const cart = await this.carts.updateItem({ itemId: params.itemId, quantity: 0 });
    this.tracker.track(...removed.map(removal));
    return toCart(cart);
  }

  @Route(routes.removeCartItemRoute)
  async remove({ params }: RouteInput<typeof routes.removeCartItemRoute>): Promise<CartAnswer> {
    const removed = await this.lines(params.itemId);
    const cart = await this.carts.removeItem({ itemId: params.itemId });
    this.tracker.track(...removed.map(removal));
    return toCart(cart);
  }

  @Route(routes.clearCartRoute)
  async clear(): Promise<null> {
    const removed = await this.lines();
    await this.carts.clearCart({});
    this.tracker.track(...removed.map(removal));
    return null;
  }

  @Route(routes.applyCouponRoute)
  async applyCoupon({ body }: RouteInput<typeof routes.applyCouponRoute>): Promise<CartAnswer> {
    return toCart(await this.carts.applyCoupon(body));
  }

  @Route(routes.removeCouponRoute)
  async removeCoupon(): Promise<CartAnswer> {
    return toCart(await this.carts.removeCoupon({}));
  }

  @Route(routes.restoreCartRoute)
  async restore({ body }: RouteInput<typeof routes.restoreCartRoute>): Promise<CartAnswer> {
    return toCart(await this.carts.restoreCart(body));
  }

  /**
   * What is about to leave the cart; afterwards nobody knows which product the line was of. It is asked for the report
   * alone, so a cart that cannot be shown (no prices, say) can still be emptied: then nothing is reported.
   */
  private async lines(itemId?: string): Promise<CartItem[]> {
    try {
      const { items } = await this.carts.getCart({}, { timeoutMs: PATIENCE_MS });
      return itemId === undefined ? items : items.filter((item) => item.id === itemId);
    } catch (error) {
      if (!isDomainError(error)) {
        throw error;
      }
      return [];
    }
  }
}

function removal({ productId, variantId, quantity, unitPrice }: CartItem): TrackedBehaviour {
  return {
    eventType: 'remove_from_cart',
    productId,
    variantId,
    quantity,
    price: unitPrice === undefined ? undefined : Number(unitPrice.minor),
  };
}
