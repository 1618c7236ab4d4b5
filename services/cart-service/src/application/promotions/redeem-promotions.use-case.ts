import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@vici/database';
import { checkpoint, DomainError, Logger, Metrics } from '@vici/utils';
import type { Counter } from 'prom-client';
import {
  couponInvalid,
  NOT_FIRST_ORDER,
  type Refusal,
  USED_UP,
  USER_LIMIT_REACHED,
} from '../../domain/promotions/eligibility.js';
import { PromotionSource } from './promotion-source.js';
import { RedemptionRepository } from './redemption.repository.js';

/** An order that is about to be paid. */
export interface Redemption {
  readonly orderId: string;
  readonly userId: string;
  /** Number of the try at paying, from 1. */
  readonly attempt: number;
  readonly promotionIds: readonly string[];
}

/**
 * Counts one use of each promotion for an order, all or none, once per try at paying it. Limits are enforced here, by
 * the database: whoever comes second waits for the first one's commit, then finds the use taken.
 */
@Injectable()
export class RedeemPromotions {
  private readonly outcomes: Counter<string>;

  constructor(
    private readonly redemptions: RedemptionRepository,
    private readonly source: PromotionSource,
    private readonly unitOfWork: UnitOfWork,
    private readonly logger: Logger,
    metrics: Metrics,
  ) {
    this.outcomes = metrics.counter(
      'promotion_redemptions_total',
      'Orders that redeemed promotions, by outcome: redeemed, repeated, or the reason of a refusal',
      ['outcome'],
    );
  }

  /** @throws DomainError COUPON_INVALID with details.reason; INVALID_TRANSITION when the try is over already */
  async execute(redemption: Redemption): Promise<void> {
    try {
      const outcome = await this.unitOfWork.transaction(() => this.redeem(redemption));
      this.outcomes.inc({ outcome });
    } catch (error) {
      if (error instanceof DomainError && error.code === 'COUPON_INVALID') {
        // Carts are shown without it from now on.
        this.source.forget();
        this.outcomes.inc({ outcome: String(error.details?.['reason']) });
        this.logger.info('A promotion could not be redeemed', {
          orderId: redemption.orderId,
          ...error.details,
        });
      }
      throw error;
    }
  }

  private async redeem({
    orderId,
    userId,
    attempt,
    promotionIds,
  }: Redemption): Promise<'redeemed' | 'repeated'> {
    const order = await this.redemptions.lock(orderId, userId);
    if (order.cancelled || order.releasedAttempt >= attempt) {
      throw new DomainError('INVALID_TRANSITION', 'This try at paying the order is over.', {
        orderId,
        attempt,
      });
    }
    if (order.redeemedAttempt === attempt) return 'repeated';
    if (order.redeemedAttempt !== undefined) await this.redemptions.giveBack(orderId);
    for (const promotionId of [...new Set(promotionIds)].sort()) {
      await this.take(promotionId, orderId, userId);
      await this.redemptions.add(orderId, promotionId, userId, attempt);
    }
    return 'redeemed';
  }

  private async take(promotionId: string, orderId: string, userId: string): Promise<void> {
    const taken = await this.redemptions.takeUse(promotionId);
    if (taken === undefined) throw refuse(USED_UP, promotionId);
    await checkpoint('cart.promotion-use-taken');
    if (!(await this.redemptions.takeShopperUse(promotionId, userId, taken.perUserLimit))) {
      throw refuse(USER_LIMIT_REACHED, promotionId, taken.code);
    }
    if (taken.firstOrder && !(await this.redemptions.claimFirstOrder(userId, orderId))) {
      throw refuse(NOT_FIRST_ORDER, promotionId, taken.code);
    }
  }
}

function refuse(refusal: Refusal, promotionId: string, code?: string): DomainError {
  return couponInvalid({ ...refusal, details: { ...refusal.details, promotionId } }, code);
}
