import { Controller, Inject } from '@nestjs/common';
import { PromotionServiceDefinition } from '@vici/proto-gen/cart';
import { CONFIG, type GrpcClient, InjectGrpc } from '@vici/utils';
import type { GatewayConfig } from '../gateway.config.js';
import { toPage } from '../rest/shapes.js';
import type { RouteInput, RouteResult } from '../routing/define-route.js';
import { Route } from '../routing/route.decorator.js';
import * as routes from './coupons.routes.js';
import { COUPON_COLUMNS, couponTypeOf, namedRules, toCoupon, toRules } from './coupons.shapes.js';
import { exportOfPages } from './list-export.js';

type ListQuery = RouteInput<typeof routes.listCouponsRoute>['query'];
type CouponAnswer = ReturnType<typeof toCoupon>;

@Controller()
export class AdminCouponsController {
  constructor(
    @InjectGrpc(PromotionServiceDefinition)
    private readonly promotions: GrpcClient<typeof PromotionServiceDefinition>,
    @Inject(CONFIG) private readonly config: GatewayConfig,
  ) {}

  @Route(routes.listCouponsRoute)
  async list({
    query,
  }: RouteInput<typeof routes.listCouponsRoute>): Promise<RouteResult<typeof routes.listCouponsRoute>> {
    return await this.page(query);
  }

  @Route(routes.exportCouponsRoute)
  async export({
    query,
  }: RouteInput<typeof routes.exportCouponsRoute>): Promise<RouteResult<typeof routes.exportCouponsRoute>> {
    return exportOfPages('coupons.csv', COUPON_COLUMNS, (page) => this.page({ ...query, ...page }));
  }

  @Route(routes.createCouponRoute)
  async create({ body }: RouteInput<typeof routes.createCouponRoute>): Promise<CouponAnswer> {
    const { name = body.code ?? 'Promotion', active = true } = body;
    const rules = { ...toRules(body, body.type, this.config.SHOP_CURRENCY), name, active };
    // A free unit is what most mean by "buy two, get one".
    const isFree = body.type === 'BUY_X_GET_Y' && body.value === undefined;
    const share = isFree ? { basisPoints: 10_000 } : {};
    return toCoupon(await this.promotions.createPromotion({ rules: { ...rules, ...share } }));
  }

  @Route(routes.getCouponRoute)
  async get({ params }: RouteInput<typeof routes.getCouponRoute>): Promise<CouponAnswer> {
    return toCoupon(await this.promotions.getPromotion(params));
  }

  @Route(routes.updateCouponRoute)
  async update({ params, body }: RouteInput<typeof routes.updateCouponRoute>): Promise<CouponAnswer> {
    // What a value means depends on the type.
    const type = body.type ?? couponTypeOf((await this.promotions.getPromotion(params)).rules);
    const rules = toRules(body, type, this.config.SHOP_CURRENCY);
    const fields = namedRules(body, type);
    return toCoupon(await this.promotions.updatePromotion({ ...params, rules, fields }));
  }

  @Route(routes.deleteCouponRoute)
  async delete({ params }: RouteInput<typeof routes.deleteCouponRoute>): Promise<null> {
    await this.promotions.deletePromotion(params);
    return null;
  }

  private async page({ search, active, sort, page = 0, limit = 0, cursor }: ListQuery) {
    const found = await this.promotions.listPromotions({
      search,
      active,
      oldestFirst: sort === 'oldest',
      page: { page, limit, cursor },
    });
    return toPage(found.promotions.map(toCoupon), found.page);
  }
}
