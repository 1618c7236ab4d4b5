import { Inject, Injectable } from '@nestjs/common';
import { Clock, CONFIG } from '@vici/utils';
import type { CartConfig } from '../cart.config.js';
import type { Cart, CartLine } from '../domain/cart.entity.js';
import {
  discountCart,
  type Offer,
  type OfferedCart,
  offerCart,
  type PricedCart,
} from '../domain/priced-cart.js';
import { applyPromotions, type DiscountableLine } from '../domain/promotions/apply-promotions.js';
import { couponInvalid, type Refusal, UNKNOWN_COUPON } from '../domain/promotions/eligibility.js';
import { normaliseCode } from '../domain/promotions/promotion.js';
import { Catalogue, type CatalogueEntry } from './ports.js';
import { PromotionSource } from './promotions/promotion-source.js';

/** What the catalogue has said of products, by id. */
export type CatalogueAnswer = ReadonlyMap<string, CatalogueEntry>;
const NOTHING_ASKED: CatalogueAnswer = new Map();

/** Prices carts with the catalogue's prices and the promotions of this moment. */
@Injectable()
export class CartPricing {
  constructor(
    private readonly catalogue: Catalogue,
    private readonly promotions: PromotionSource,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: CartConfig,
  ) {}

  /**
   * One question to the catalogue for all lines.
   * @param asked what the catalogue has just said of some products
   * @throws DomainError SERVICE_UNAVAILABLE when the catalogue cannot be asked: prices are never guessed
   */
  async price(cart: Cart, asked: CatalogueAnswer = NOTHING_ASKED): Promise<PricedCart> {
    const { priced } = await this.discount(await this.offer(cart, asked), cart.coupon);
    return priced;
  }

  /**
   * Prices with a coupon that must give something, in place of the cart's own.
   * @throws DomainError COUPON_INVALID with details.reason, SERVICE_UNAVAILABLE
   */
  async priceWithCoupon(cart: Cart, couponCode: string): Promise<PricedCart> {
    const code = normaliseCode(couponCode);
    const { priced, refusal } = await this.discount(await this.offer(cart, NOTHING_ASKED), code);
    if (refusal !== undefined) throw couponInvalid(refusal, code);
    return priced;
  }

  private async offer(cart: Cart, asked: CatalogueAnswer): Promise<OfferedCart> {
    const unknown = cart.lines.filter(({ productId }) => !asked.has(productId));
    const found = unknown.length === 0 ? NOTHING_ASKED : await this.catalogue.findForLines(unknown);
    const entryOf = (id: string) => asked.get(id) ?? found.get(id);
    return offerCart(cart, (line) => offerFor(line, entryOf(line.productId)), this.config.SHOP_CURRENCY);
  }

  private async discount(
    offered: OfferedCart,
    code: string | undefined,
  ): Promise<{ priced: PricedCart; refusal: Refusal | undefined }> {
    const [automatic, coupon] = await Promise.all([
      this.promotions.automatic(),
      code === undefined ? undefined : this.promotions.byCode(code),
    ]);
    const promotions = coupon === undefined ? automatic : [...automatic, coupon];
    const { owner } = offered.cart;
    const userId = owner.kind === 'user' ? owner.userId : undefined;
    const shopper = await this.promotions.historyOf(userId, promotions);
    const circumstances = { now: this.clock.now(), subtotal: offered.subtotal, shopper };
    const discounts = applyPromotions(discountable(offered), promotions, circumstances);
    const refusal =
      code === undefined
        ? undefined
        : coupon === undefined
          ? UNKNOWN_COUPON
          : discounts.refusals.get(coupon.id);
    const priced = discountCart(offered, discounts, {
      ...(code !== undefined && { code }),
      ...(refusal !== undefined && { notice: refusal.message }),
    });
    return { priced, refusal };
  }
}

/** The lines that are sold; the others cost nothing, so there is nothing to take off. */
function discountable({ lines }: OfferedCart): DiscountableLine[] {
  return lines.flatMap(({ offer, ...line }) =>
    offer === undefined ? [] : [{ ...line, categoryPath: offer.categoryPath }],
  );
}

/** What a line can be bought for; undefined when it is no longer sold. */
export function offerFor(
  line: Pick<CartLine, 'variantId'>,
  entry: CatalogueEntry | undefined,
): Offer | undefined {
  if (entry?.active !== true) return undefined;
  return line.variantId === undefined ? entry.offer : entry.variants.get(line.variantId);
}
