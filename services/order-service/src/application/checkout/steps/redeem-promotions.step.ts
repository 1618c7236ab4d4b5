import { Injectable } from '@nestjs/common';
import { Promotions } from '../../ports/promotions.port.js';
import type { CheckoutRun, CheckoutStep, StepResult, Undone } from './checkout-step.js';

/** Counts the order as a use of its promotions before any money moves, so that no limit is exceeded. */
@Injectable()
export class RedeemPromotionsStep implements CheckoutStep {
  readonly name = 'redeem-promotions';
  readonly kind = 'remote';

  constructor(private readonly promotions: Promotions) {}

  async action({ saga }: CheckoutRun): Promise<StepResult> {
    const { promotionIds } = saga.context;
    if (promotionIds.length > 0) {
      await this.promotions.redeem(saga.orderId, saga.userId, saga.attempt, promotionIds);
    }
    return {};
  }

  async compensate({ saga }: CheckoutRun): Promise<Undone> {
    if (saga.context.promotionIds.length > 0) {
      await this.promotions.release(saga.orderId, saga.attempt);
    }
    return {};
  }
}
