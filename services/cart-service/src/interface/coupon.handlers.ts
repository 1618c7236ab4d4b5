import { Injectable } from '@nestjs/common';
import type { ApplyCouponRequest, Cart as CartMessage, RestoreCartRequest } from '@vici/proto-gen/cart';
import { RestoreCart } from '../application/abandoned/restore-cart.use-case.js';
import { CartCoupon } from '../application/cart-coupon.js';
import { CallerCart } from './caller-cart.js';
import { toCartMessage } from './cart.messages.js';

/** What shoppers enter into their cart beside goods: coupons, and the links of reminders. */
@Injectable()
export class CouponHandlers {
  constructor(
    private readonly caller: CallerCart,
    private readonly coupon: CartCoupon,
    private readonly restore: RestoreCart,
  ) {}

  async applyCoupon({ couponCode }: ApplyCouponRequest): Promise<CartMessage> {
    return toCartMessage(await this.coupon.apply(await this.caller.owner(), couponCode));
  }

  async removeCoupon(): Promise<CartMessage> {
    return toCartMessage(await this.coupon.remove(await this.caller.owner()));
  }

  async restoreCart({ token }: RestoreCartRequest): Promise<CartMessage> {
    return toCartMessage(await this.restore.execute(await this.caller.owner(), token));
  }
}
