import { Injectable } from '@nestjs/common';
import { PromotionServiceDefinition } from '@vici/proto-gen/cart';
import { type GrpcClient, InjectGrpc } from '@vici/utils';
import { Promotions } from '../../application/ports/promotions.port.js';

/** The promotions of the cart service over gRPC. */
@Injectable()
export class GrpcPromotions extends Promotions {
  constructor(
    @InjectGrpc(PromotionServiceDefinition)
    private readonly promotions: GrpcClient<typeof PromotionServiceDefinition>,
  ) {
    super();
  }

  async redeem(
    orderId: string,
    userId: string,
    attempt: number,
    promotionIds: readonly string[],
  ): Promise<void> {
    await this.promotions.redeemPromotions({ orderId, userId, attempt, promotionIds: [...promotionIds] });
  }

  async release(orderId: string, attempt: number): Promise<void> {
    await this.promotions.releasePromotions({ orderId, attempt });
  }
}
