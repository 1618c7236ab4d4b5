import { Injectable } from '@nestjs/common';
import { pageInfoOf, requestedPage } from '@vici/database';
import type {
  CreatePromotionRequest,
  DeletePromotionRequest,
  DeletePromotionResponse,
  GetPromotionRequest,
  ListPromotionsRequest,
  ListPromotionsResponse,
  Promotion as PromotionMessage,
  PromotionServiceDefinition,
  RedeemPromotionsRequest,
  RedeemPromotionsResponse,
  ReleasePromotionsRequest,
  ReleasePromotionsResponse,
  UpdatePromotionRequest,
} from '@vici/proto-gen/cart';
import { type GrpcHandlers, invalidField, parseId, requirePermission, requireRole } from '@vici/utils';
import { ReleasePromotions } from '../application/promotions/follow-order.use-cases.js';
import {
  CreatePromotion,
  DeletePromotion,
  FindPromotions,
  UpdatePromotion,
} from '../application/promotions/manage-promotions.use-cases.js';
import { RedeemPromotions } from '../application/promotions/redeem-promotions.use-case.js';
import { toPromotionMessage, toRules, withFields } from './promotion.messages.js';

/** The gRPC API of promotions: for orders, and for those who may see or change coupons. */
@Injectable()
export class PromotionGrpcController implements GrpcHandlers<typeof PromotionServiceDefinition> {
  constructor(
    private readonly redeem: RedeemPromotions,
    private readonly release: ReleasePromotions,
    private readonly promotions: FindPromotions,
    private readonly create: CreatePromotion,
    private readonly update: UpdatePromotion,
    private readonly remove: DeletePromotion,
  ) {}

  async redeemPromotions(request: RedeemPromotionsRequest): Promise<RedeemPromotionsResponse> {
    requireRole('system');
    await this.redeem.execute({
      orderId: parseId<'Order'>(request.orderId, 'orderId'),
      userId: parseId<'User'>(request.userId, 'userId'),
      attempt: attemptOf(request),
      promotionIds: request.promotionIds.map((id) => parseId<'Promotion'>(id, 'promotionIds')),
    });
    return {};
  }

  async releasePromotions(request: ReleasePromotionsRequest): Promise<ReleasePromotionsResponse> {
    requireRole('system');
    await this.release.execute(parseId<'Order'>(request.orderId, 'orderId'), attemptOf(request));
    return {};
  }

  async createPromotion({ rules }: CreatePromotionRequest): Promise<PromotionMessage> {
    requirePermission('coupons:write');
    return toPromotionMessage(await this.create.execute(toRules(rules)));
  }

  async listPromotions(wanted: ListPromotionsRequest): Promise<ListPromotionsResponse> {
    requirePermission('coupons:read');
    const { page, search, active, oldestFirst } = wanted;
    const filter = {
      ...(search !== undefined && { search }),
      ...(active !== undefined && { active }),
      oldestFirst,
    };
    const found = await this.promotions.page(filter, requestedPage(page));
    return { promotions: found.items.map(toPromotionMessage), page: pageInfoOf(found) };
  }

  async getPromotion({ id }: GetPromotionRequest): Promise<PromotionMessage> {
    requirePermission('coupons:read');
    return toPromotionMessage(await this.promotions.one(parseId<'Promotion'>(id, 'id')));
  }

  async updatePromotion({ id, rules, fields }: UpdatePromotionRequest): Promise<PromotionMessage> {
    requirePermission('coupons:write');
    const change = parseId<'Promotion'>(id, 'id');
    return toPromotionMessage(
      await this.update.execute(change, (before) => withFields(before, rules, fields)),
    );
  }

  async deletePromotion({ id }: DeletePromotionRequest): Promise<DeletePromotionResponse> {
    requirePermission('coupons:write');
    await this.remove.execute(parseId<'Promotion'>(id, 'id'));
    return {};
  }
}

function attemptOf({ attempt }: { readonly attempt: number }): number {
  if (attempt < 1) throw invalidField('attempt', 'must be at least 1');
  return attempt;
}
